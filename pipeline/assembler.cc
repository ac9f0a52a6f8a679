#include "pipeline/assembler.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <utility>

namespace tokensieve {
namespace {

leak_origin origin_of(const record& input) {
  if (input.partition == record::k_file) {
    file_origin origin{.file = *input.source_name, .record = std::nullopt};
    if (!input.window || input.too_large) {
      origin.record = static_cast<std::uint64_t>(input.offset);
    }
    return origin;
  }
  return kafka_origin{.topic = *input.source_name,
                      .partition = input.partition,
                      .offset = input.offset,
                      .timestamp_ms = input.timestamp_ms};
}

}  // namespace

assembler::assembler(assembler_options options,
                     const std::atomic<std::uint64_t>& committed)
    : options_(std::move(options)),
      committed_(committed),
      requests_(options_.window, options_.known_requests) {}

void assembler::assemble(batch& work) noexcept {
  // A new epoch re-reads what the last one did not commit. What was committed
  // although nobody told us is among the published requests by now.
  if (work.epoch != epoch_) {
    requests_.roll_back(committed_.load(std::memory_order_acquire));
    epoch_ = work.epoch;
  }
  std::size_t done = 0;
  try {
    for (; done < work.inspected.size(); ++done) {
      inspected_record& from = work.inspected[done];
      emit(work, from);
      if (from.reason) work.dead_letters.push_back({from.index, *from.reason});
    }
    if (work.unread_from) {
      for (std::size_t i = *work.unread_from; i < work.records.size(); ++i) {
        work.dead_letters.push_back({i, dead_letter_reason::decode_limit});
      }
    }
  } catch (const std::exception&) {
    work.counts.failed += work.inspected.size() - done;
    work.incomplete = true;
  }
  work.counts.known_requests = requests_.size();
  work.counts.evicted_requests = requests_.evicted();
  if (options_.published != nullptr) {
    work.counts.known_requests += options_.published->size();
    work.counts.evicted_requests += options_.published->evicted();
  }
}

void assembler::emit(batch& work, inspected_record& from) {
  if (from.tokens.empty()) return;
  // The occurrence that says most becomes the request and the others its
  // repeats: it names a registry, or is the surest. In any other order a rise
  // in confidence would make two requests of one record.
  std::ranges::stable_sort(
      from.tokens, std::ranges::greater{}, [](const leaked_token& token) {
        return std::pair(!token.found.registry.empty(), token.found.confidence);
      });
  const leak_origin origin = origin_of(work.records[from.index]);
  using identity = std::pair<token_fingerprint, std::string>;
  std::map<identity, std::size_t> sightings;  // to the emission of this record
  for (leaked_token& token : from.tokens) {
    if (std::ranges::binary_search(options_.ignore, token.found.fingerprint)) {
      ++work.counts.ignored;
      continue;
    }
    if (is_new(token.found, work.sequence)) {
      work.emissions.push_back(
          {output_kind::request, std::move(token), origin});
      continue;
    }
    const auto [seen, first] = sightings.try_emplace(
        {token.found.fingerprint, token.found.registry}, work.emissions.size());
    if (first) {
      work.emissions.push_back(
          {output_kind::sighting, std::move(token), origin});
    } else {
      ++work.emissions[seen->second].count;
    }
  }
}

bool assembler::is_new(const finding& found, std::uint64_t sequence) {
  const auto now = request_table::clock::now();
  const request_identity identity =
      identity_of(found.fingerprint, found.registry, found.confidence);
  if (options_.published != nullptr) {
    const auto is_published = [&](const request_identity& request) {
      return options_.published->cover(request, now);
    };
    // What is read back from the topic needs no second place here.
    requests_.hand_over(committed_.load(std::memory_order_acquire),
                        is_published);
    if (is_published(identity)) return false;
  }
  return requests_.admit(identity, sequence, now);
}

}  // namespace tokensieve
