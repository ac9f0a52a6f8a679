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

/// What a compressed event may inflate to: `max_event_bytes`, as much as any
/// event may have, and 64 KiB and 32 times its own size at most: logs deflate
/// to a tenth, and inflating more must not cost more than plain text by far.
/// Outside of the serial lane 1 MiB, which every worker has room for.
inline std::size_t inflation_limit(std::string_view value,
                                   std::uint64_t max_event_bytes, bool large) {
  constexpr std::size_t k_base = 64 << 10;
  constexpr std::size_t k_factor = 32;
  const std::size_t limit = k_base + k_factor * value.size();
  return std::min<std::size_t>(large ? limit : std::min(limit, k_large_event),
                               max_event_bytes);
}

/// The size of an event; of a compressed one that which it says, or is likely,
/// to inflate to. What inflates to more than that is cut at the bound of its
/// lane, so a lie gains nothing.
inline std::size_t event_weight(std::string_view value,
                                std::uint64_t max_event_bytes) {
  constexpr std::size_t k_usual_factor = 16;
  const auto format = compression_of(value);
  if (!format) return value.size();
  const std::size_t inflated = std::min(
      std::max(announced_size(value, *format), k_usual_factor * value.size()),
      inflation_limit(value, max_event_bytes, true));
  return std::max(value.size(), inflated);
}

/// The units of an event of that weight.
inline std::size_t event_cost(std::size_t weight) {
  return weight > k_large_event ? k_large_factor * weight : weight;
}

}  // namespace tokensieve
