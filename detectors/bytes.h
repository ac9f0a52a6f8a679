#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tokensieve {

/// Bytes [begin, end) of a text.
struct text_range {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const text_range&) const = default;
};

// Classes of bytes. The library's own depend on the locale and are undefined
// for bytes over 127.
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_alnum(char c) noexcept {
  return is_digit(c) || is_lower(c) || is_upper(c);
}
constexpr bool is_word(char c) noexcept {
  return is_alnum(c) || c == '_';
}
constexpr bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}
constexpr bool is_quote(char c) noexcept {
  return c == '"' || c == '\'' || c == '`';
}
constexpr char to_lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A set of bytes. What a text is asked for each of its bytes must not search.
class byte_set {
 public:
  constexpr explicit byte_set(std::string_view bytes) noexcept {
    for (const char c : bytes)
      has_[static_cast<unsigned char>(c)] = true;
  }
  [[nodiscard]] constexpr bool contains(char c) const noexcept {
    return has_[static_cast<unsigned char>(c)];
  }

 private:
  std::array<bool, 256> has_{};
};

/// Is there `expected` at byte `at` of `text`? `at` may lie behind the end.
/// Mostly not, and so the first byte tells. REQUIRES: !expected.empty()
constexpr bool stands_at(std::string_view text, std::size_t at,
                         std::string_view expected) noexcept {
  return at < text.size() && text[at] == expected.front() &&
         text.substr(at).starts_with(expected);
}

/// Does `expected` end in front of byte `end` of `text`? REQUIRES:
/// !expected.empty(), end <= text.size()
constexpr bool ends_at(std::string_view text, std::size_t end,
                       std::string_view expected) noexcept {
  return end >= expected.size() && text[end - 1] == expected.back() &&
         text.substr(end - expected.size()).starts_with(expected);
}

}  // namespace tokensieve
