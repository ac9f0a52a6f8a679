#include "pipeline/refused_outputs.h"

#include "pipeline/log.h"

namespace tokensieve {

std::string_view to_string(output_part value) noexcept {
  switch (value) {
    case output_part::request:
      return "request";
    case output_part::sighting:
      return "sighting";
    case output_part::dead_letter:
      return "dead letter";
    case output_part::notice:
      break;
  }
  return "notice";
}

refused_outputs::key refused_outputs::key_of(output_part part,
                                             const kafka_origin& origin) {
  return {{origin.topic, origin.partition}, origin.offset, part};
}

std::uint64_t refused_outputs::number(output_part part,
                                      const kafka_origin& origin) {
  written_.push_back(key_of(part, origin));
  return written_.size() - 1;
}

bool refused_outputs::refuse(std::span<const std::uint64_t> numbers) {
  bool hope = true;
  for (const std::uint64_t number : numbers) {
    const key& one = written_[number];
    if (std::get<output_part>(one) == output_part::notice) hope = false;
    if (refused_.insert(one).second) continue;
    const auto& [where, offset, part] = one;
    log_error(
        "{} [{}] offset {}: the broker refuses its {}: left out, and a dead "
        "letter produce_rejected says so",
        where.first, where.second, offset, to_string(part));
    given_up_.insert(one);
  }
  return hope;
}

void refused_outputs::give_up(output_part part, const kafka_origin& origin) {
  given_up_.insert(key_of(part, origin));
}

bool refused_outputs::is_given_up(output_part part,
                                  const kafka_origin& origin) const {
  return !given_up_.empty() && given_up_.contains(key_of(part, origin));
}

void refused_outputs::committed(const kafka_positions& positions) {
  const auto is_done = [&](const key& one) {
    const auto& [where, offset, part] = one;
    const auto next = positions.find(where);
    return next != positions.end() && offset < next->second;
  };
  std::erase_if(refused_, is_done);
  std::erase_if(given_up_, is_done);
}

}  // namespace tokensieve
