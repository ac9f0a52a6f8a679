#pragma once

#include "detectors/inflate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tokensieve {

// What an event takes once it is read, in bytes.

/// `input.max_event_bytes` where nobody says otherwise.
inline constexpr std::uint64_t k_default_max_event_bytes = 64ULL << 20;

/// Events over this size take the serial lane.
inline constexpr std::size_t k_large_event = 1 << 20;
/// In it they take so many times their size: copies, simdjson's index.
inline constexpr std::size_t k_large_factor = 6;

/// The size of an event; of a compressed one that which it says to inflate to
/// or, as gzip says so of its last member only, 16 times its own size, which is
/// usual of logs. One that says nothing and takes the serial lane has room for
/// what is less usual. No more than 1 MiB and 128 times its own size: whole
/// events are compressed by shippers, a log of little but repeats to a
/// hundredth, and what inflates to more is meant to keep us busy.
inline std::size_t event_weight(std::string_view value,
                                std::uint64_t max_event_bytes) {
  constexpr std::size_t k_usual_factor = 16;
  constexpr std::size_t k_silent_factor = 32;
  constexpr std::size_t k_most_factor = 128;
  const auto format = compression_of(value);
  if (!format) return value.size();
  const std::size_t announced = announced_size(value, *format);
  std::size_t inflated = std::max(announced, k_usual_factor * value.size());
  if (announced == 0 && inflated > k_large_event)
    inflated = k_silent_factor * value.size();
  const std::size_t most = k_large_event + k_most_factor * value.size();
  return std::max<std::size_t>(value.size(),
                               std::min({inflated, most, max_event_bytes}));
}

/// What a compressed event may inflate to: in the serial lane its weight, which
/// it has taken units for, elsewhere 1 MiB, which every worker has room for. So
/// a lie gains nothing.
inline std::size_t inflation_limit(std::string_view value,
                                   std::uint64_t max_event_bytes, bool large) {
  const std::size_t limit =
      large ? std::max(k_large_event, event_weight(value, max_event_bytes))
            : k_large_event;
  return std::min<std::size_t>(limit, max_event_bytes);
}

/// The units of an event of that weight.
inline std::size_t event_cost(std::size_t weight) {
  return weight > k_large_event ? k_large_factor * weight : weight;
}

}  // namespace tokensieve
