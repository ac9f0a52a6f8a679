#pragma once

#include "detectors/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

constexpr std::uint32_t hex_value(char c) noexcept {
  if (is_digit(c)) return static_cast<std::uint32_t>(c - '0');
  return static_cast<std::uint32_t>(to_lower(c) - 'a' + 10);
}

/// The number that `size` hex digits at `at` make; nothing where there are
/// fewer. REQUIRES: size <= 8.
constexpr std::optional<std::uint32_t> hex_number(std::string_view text,
                                                  std::size_t at,
                                                  std::size_t size) noexcept {
  if (text.size() < size || at > text.size() - size) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = at; i < at + size; ++i) {
    if (!is_hex(text[i])) return std::nullopt;
    number = number << 4 | hex_value(text[i]);
  }
  return number;
}

/// A regular expression for the two hex digits of `c` in either case.
inline std::string hex_expression(char c) {
  constexpr std::string_view k_lower = "0123456789abcdef";
  constexpr std::string_view k_upper = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(c);
  std::string expression(1, k_lower[value / 16]);
  const std::size_t low = value % 16;
  if (low < 10) return expression + k_lower[low];
  return expression + '[' + k_lower[low] + k_upper[low] + ']';
}

/// A regular expression for the two hex digits of any letter or digit.
inline constexpr char k_alnum_in_hex[] =
    "(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])";

}  // namespace tokensieve
