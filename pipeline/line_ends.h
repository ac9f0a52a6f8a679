#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tokensieve {

/// Line ends in the notation of a JSON string: `\n`, or an LF in hex.
struct line_end_count {
  std::uint64_t lines = 0;
  std::size_t last_line = 0;  ///< behind the last of them; 0 without one
};

/// So many bytes behind what is counted must be readable.
inline constexpr std::size_t k_line_end_margin = 64 + 5;

/// Counts those that begin in front of `end`, as `raw_walk` does.
/// REQUIRES: raw.size() - end >= k_line_end_margin.
[[nodiscard]] line_end_count count_line_ends(std::string_view raw,
                                             std::size_t end) noexcept;

}  // namespace tokensieve
