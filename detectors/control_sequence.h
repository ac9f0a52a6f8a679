#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// The offset behind the terminal control sequence that begins at `at` (CSI:
/// colours, erase line, cursor moves; OSC: links, titles; a character set);
/// `at` itself where none does. A CSI over 32 bytes is none, nor is an OSC over
/// 1,024.
[[nodiscard]] constexpr std::size_t skip_control_sequence(
    std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_max_parameters = 29;
  constexpr std::size_t k_max_string = 1021;
  if (at + 2 >= text.size() || text[at] != '\x1b') return at;
  std::size_t end = at + 2;
  switch (text[at + 1]) {
    case '[': {
      const std::size_t limit = end + k_max_parameters;
      while (end < text.size() && end < limit && text[end] >= ' ' &&
             text[end] <= '?') {
        ++end;
      }
      const bool final =
          end < text.size() && text[end] >= '@' && text[end] <= '~';
      return final ? end + 1 : at;
    }
    case ']': {
      const std::size_t limit = end + k_max_string;
      while (end < text.size() && end < limit && text[end] != '\x07' &&
             text[end] != '\x1b' && text[end] != '\n') {
        ++end;
      }
      if (end < text.size() && text[end] == '\x07') return end + 1;
      return text.substr(end).starts_with("\x1b\\") ? end + 2 : at;
    }
    case '(':
    case ')':
      return end + 1;
    default:
      return at;
  }
}

}  // namespace tokensieve
