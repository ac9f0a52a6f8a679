#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// The offset behind the terminal control sequence (CSI: colours, erase line,
/// cursor moves) that begins at `at`; `at` itself where none does. Sequences
/// over 32 bytes are none.
[[nodiscard]] constexpr std::size_t skip_control_sequence(
    std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_max_parameters = 29;
  if (at + 2 >= text.size() || text[at] != '\x1b' || text[at + 1] != '[') {
    return at;
  }
  std::size_t end = at + 2;
  const std::size_t limit = end + k_max_parameters;
  while (end < text.size() && end < limit && text[end] >= ' ' &&
         text[end] <= '?') {
    ++end;
  }
  const bool final = end < text.size() && text[end] >= '@' && text[end] <= '~';
  return final ? end + 1 : at;
}

}  // namespace tokensieve
