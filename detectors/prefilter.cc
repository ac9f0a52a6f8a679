#include "detectors/scanner.h"
#include "detectors/trigger_finder.h"

#include <algorithm>
#include <new>

namespace tokensieve {
namespace {

// What may be spent on looking for triggers; an event on which it was is read.
constexpr std::size_t k_work_base = std::size_t{64} << 10;
constexpr std::size_t k_work_factor = 4;

bool is_refuted(const signatures& patterns, unsigned id, std::string_view raw,
                std::size_t end) noexcept {
  if (id >= static_cast<unsigned>(signature::trigger)) {
    const auto& decoder = patterns.decoders()[patterns.raw_decoder_of(id)];
    return !decoder->confirms(raw, end);
  }
  switch (static_cast<signature>(id)) {
    case signature::npmrc_name:
    case signature::yarn_name:
    case signature::variable_name:
      return !may_have_value(raw, end);
    case signature::granular:
      return !may_be_granular(raw, end);
    case signature::created_token:
      return created_token_end(raw, end) == 0;
    default:
      return false;
  }
}

struct first_match {
  const signatures& patterns;
  std::string_view raw;
  bool found = false;

  static int on_match(unsigned id, unsigned long long, unsigned long long to,
                      unsigned, void* context) noexcept {
    auto& self = *static_cast<first_match*>(context);
    const auto end = static_cast<std::size_t>(to);
    self.found = !is_refuted(self.patterns, id, self.raw, end);
    return self.found ? 1 : 0;
  }
};

struct all_matches {
  const signatures& patterns;
  std::string_view raw;
  std::span<const std::size_t> event_ends;
  std::vector<std::size_t>& ends;
  text_range known{};  ///< the event of the last match
  bool out_of_memory = false;

  void set_known(std::size_t end) noexcept {
    const auto event = std::ranges::lower_bound(event_ends, end);
    if (event == event_ends.end()) return;
    known = {event == event_ends.begin() ? 0 : *(event - 1), *event};
  }

  // An exception must not pass through Hyperscan's frames.
  static int on_match(unsigned id, unsigned long long, unsigned long long to,
                      unsigned, void* context) noexcept {
    auto& self = *static_cast<all_matches*>(context);
    const auto end = static_cast<std::size_t>(to);
    if (end > self.known.begin && end <= self.known.end) return 0;
    if (is_refuted(self.patterns, id, self.raw, end)) return 0;
    self.set_known(end);
    try {
      self.ends.push_back(end);
    } catch (const std::bad_alloc&) {
      self.out_of_memory = true;
    }
    return self.out_of_memory ? 1 : 0;
  }
};

}  // namespace

bool scanner::may_hold_token(std::string_view raw) noexcept {
  return may_hold_token(raw, line_form::raw);
}

bool scanner::piece_may_hold_token(std::string_view raw) noexcept {
  return may_hold_token(raw, line_form::piece);
}

bool scanner::may_hold_token(std::string_view raw, line_form form) noexcept {
  if (raw.empty()) return false;  // Hyperscan refuses a null pointer
  first_match state{*patterns_, raw};
  const hs_error_t result = hs_scan(
      patterns_->prefilter(), raw.data(), static_cast<unsigned>(raw.size()), 0,
      scratch_.get(), &first_match::on_match, &state);
  // What could not be scanned may hold anything.
  if (state.found || result != HS_SUCCESS) return true;
  work_budget work(k_work_base + k_work_factor * raw.size());
  return trigger_finder(raw, form, work).next().has_value() || work.is_spent();
}

void scanner::prefilter(std::string_view packed,
                        std::span<const std::size_t> event_ends,
                        std::vector<std::size_t>& ends) {
  if (packed.empty()) return;
  const auto first = static_cast<std::ptrdiff_t>(ends.size());
  all_matches state{*patterns_, packed, event_ends, ends};
  hs_scan(patterns_->prefilter(), packed.data(),
          static_cast<unsigned>(packed.size()), 0, scratch_.get(),
          &all_matches::on_match, &state);
  if (state.out_of_memory) throw std::bad_alloc();
  work_budget work(k_work_base + k_work_factor * packed.size());
  trigger_finder triggers(packed, line_form::raw, work);
  text_range known;  // the event of the last, which is to be read anyway
  while (const auto found = triggers.next()) {
    // Letters of one event may seem to go on in the next.
    const std::size_t in_first = found->begin + 1;
    if (in_first > known.begin && found->end <= known.end) continue;
    ends.insert(ends.end(), {in_first, found->end});
    // Those of a block come in no order: it may be an event in front.
    const auto event = std::ranges::lower_bound(event_ends, in_first);
    if (event == event_ends.end()) continue;
    known = {event == event_ends.begin() ? 0 : *(event - 1), *event};
    triggers.skip_to(known.end);
  }
  if (work.is_spent()) {
    ends.insert(ends.end(),
                std::ranges::upper_bound(event_ends, triggers.done_to()),
                event_ends.end());
  }
  // Hyperscan promises no order between patterns.
  std::sort(ends.begin() + first, ends.end());
}

}  // namespace tokensieve
