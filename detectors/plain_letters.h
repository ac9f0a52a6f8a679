#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tokensieve {

/// Finds digits and letters up to `last`, in either case, in eight bytes at
/// once: the arithmetic of words does for all.
class plain_letters {
 public:
  static constexpr std::size_t k_step = 8;

  /// `last` is a small letter.
  explicit constexpr plain_letters(char last) noexcept
      : last_(static_cast<std::uint8_t>(last)) {}

  /// How many the eight bytes at `from` begin with, and end with.
  [[nodiscard]] std::size_t first_of(const char* from) const noexcept {
    return static_cast<std::size_t>(k_little
                                        ? std::countr_zero(others(from)) / 8
                                        : std::countl_zero(others(from)) / 8);
  }
  [[nodiscard]] std::size_t last_of(const char* from) const noexcept {
    return static_cast<std::size_t>(k_little
                                        ? std::countl_zero(others(from)) / 8
                                        : std::countr_zero(others(from)) / 8);
  }

 private:
  static constexpr bool k_little = std::endian::native == std::endian::little;
  static constexpr std::uint64_t k_ones = 0x0101010101010101;
  static constexpr std::uint64_t k_upper_bits = k_ones << 7;

  // The upper bit of each byte, all below 128, that is `least` or more.
  static constexpr std::uint64_t at_least(std::uint64_t bytes,
                                          unsigned least) noexcept {
    return bytes + k_ones * (128 - least);
  }

  // The upper bit of each byte that is none.
  [[nodiscard]] std::uint64_t others(const char* from) const noexcept {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, from, k_step);
    const std::uint64_t low = bytes & ~k_upper_bits;
    const std::uint64_t small = low | k_ones * ('a' ^ 'A');
    const std::uint64_t digit = at_least(low, '0') & ~at_least(low, '9' + 1);
    const std::uint64_t letter =
        at_least(small, 'a') & ~at_least(small, last_ + 1U);
    return (bytes | ~(digit | letter)) & k_upper_bits;
  }

  std::uint8_t last_;
};

}  // namespace tokensieve
