#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tokensieve {

/// The longest escape: a surrogate pair.
inline constexpr std::size_t k_longest_escape = 12;

/// Steps over raw text without ever standing inside of an escape, and counts
/// lines and columns as they are once the escapes are undone.
class raw_walk {
 public:
  raw_walk(std::string_view raw, bool escaped) noexcept
      : raw_(raw), escaped_(escaped) {}

  /// Goes on to the first place at or behind `target` (at most the longest
  /// escape behind it). REQUIRES: target <= the text's size.
  void to(std::size_t target);

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t column() const noexcept { return column_; }

 private:
  void count(std::string_view plain) noexcept;
  void step();

  std::string_view raw_;
  bool escaped_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t column_ = 1;
};

}  // namespace tokensieve
