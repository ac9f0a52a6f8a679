#include "detectors/scanner.h"
#include "detectors/trigger_finder.h"

#include <algorithm>

namespace tokensieve {
namespace {

// What may be spent on looking for triggers; an event on which it was is read.
constexpr std::size_t k_work_base = std::size_t{64} << 10;
constexpr std::size_t k_work_factor = 4;

}  // namespace

bool scanner::may_hold_token(std::string_view raw) noexcept {
  return may_hold_token(raw, line_form::raw);
}

bool scanner::piece_may_hold_token(std::string_view raw) noexcept {
  return may_hold_token(raw, line_form::piece);
}

bool scanner::may_hold_token(std::string_view raw, line_form form) noexcept {
  work_budget work(k_work_base + k_work_factor * raw.size());
  return trigger_finder(raw, form, work).next().has_value() || work.is_spent();
}

void scanner::prefilter(std::string_view packed,
                        std::span<const std::size_t> event_ends,
                        std::vector<std::size_t>& ends) {
  const auto first = static_cast<std::ptrdiff_t>(ends.size());
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
  std::sort(ends.begin() + first, ends.end());
}

}  // namespace tokensieve
