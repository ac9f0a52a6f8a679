#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tokensieve {

/// A class of ASCII bytes as two look-ups in tables of 16, which is what vector
/// instructions do fast: by the high half of a byte, its row, and by its low
/// half. A byte is of the class if both have a bit in common. Each table stands
/// there twice, for registers of 32 bytes.
struct byte_class {
  using half_table = std::array<std::uint8_t, 32>;
  half_table rows{};
  half_table lows{};

  // In every row of `rows` the bytes with one of the low halves.
  constexpr void add(unsigned bit, std::initializer_list<unsigned> high_halves,
                     std::initializer_list<unsigned> low_halves) {
    for (const std::size_t copy : {0U, 16U}) {
      for (const unsigned high : high_halves)
        rows[copy + high] |= static_cast<std::uint8_t>(bit);
      for (const unsigned low : low_halves)
        lows[copy + low] |= static_cast<std::uint8_t>(bit);
    }
  }

  [[nodiscard]] constexpr unsigned bits(char c) const noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return rows[byte >> 4] & lows[byte & 15U];
  }
};

/// Of any ASCII bytes: each row has a bit of its own.
constexpr byte_class class_of(bool (*in_class)(char) noexcept) {
  byte_class made;
  for (unsigned high = 0; high < 8; ++high) {
    made.add(1U << high, {high}, {});
    for (unsigned low = 0; low < 16; ++low) {
      if (in_class(static_cast<char>(high << 4 | low)))
        made.add(1U << high, {}, {low});
    }
  }
  return made;
}

#if defined(__x86_64__)

/// Classes of 32 bytes at a time.
namespace vector_classes {

[[gnu::target("avx2")]] inline __m256i load(const void* from) noexcept {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

/// Bytes over 127 have no row, whatever is looked up by their low half.
[[gnu::target("avx2")]] inline __m256i bits_of(__m256i bytes,
                                               const byte_class& of) noexcept {
  const __m256i high =
      _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0f));
  const __m256i row = _mm256_shuffle_epi8(load(of.rows.data()), high);
  const __m256i low = _mm256_shuffle_epi8(load(of.lows.data()), bytes);
  return _mm256_and_si256(row, low);
}

[[gnu::target("avx2")]] inline std::uint64_t none_of(__m256i bits) noexcept {
  const __m256i none = _mm256_cmpeq_epi8(bits, _mm256_setzero_si256());
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(none));
}
[[gnu::target("avx2")]] inline std::uint64_t any_of(__m256i bits) noexcept {
  return static_cast<std::uint32_t>(~none_of(bits));
}

}  // namespace vector_classes

#endif

}  // namespace tokensieve
