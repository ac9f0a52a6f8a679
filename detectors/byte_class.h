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

/// Classes of 32 bytes at a time, or 64.
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

/// A bit for each of 64 bytes that is `c`, the first the lowest.
[[gnu::target("avx2")]] inline std::uint64_t avx2_equal(const char* bytes,
                                                        char c) noexcept {
  const __m256i same = _mm256_set1_epi8(c);
  const __m256i low = _mm256_cmpeq_epi8(load(bytes), same);
  const __m256i high = _mm256_cmpeq_epi8(load(bytes + 32), same);
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))}
             << 32;
}

/// All ASCII bytes of classes, a bit each, in one table, which AVX-512 looks up
/// at once.
struct ascii_table {
  explicit constexpr ascii_table(const byte_class& of) {
    for (std::size_t c = 0; c < bits.size(); ++c)
      bits[c] = static_cast<std::uint8_t>(of.bits(static_cast<char>(c)));
  }
  constexpr void add(unsigned bit, const byte_class& of) {
    for (std::size_t c = 0; c < bits.size(); ++c) {
      if (of.bits(static_cast<char>(c)) != 0)
        bits[c] |= static_cast<std::uint8_t>(bit);
    }
  }
  alignas(64) std::array<std::uint8_t, 128> bits{};
};

[[gnu::target("avx512bw,avx512vbmi")]] inline __m512i load_64(
    const void* from) noexcept {
  return _mm512_loadu_si512(from);
}

[[gnu::target("avx512bw,avx512vbmi")]] inline __m512i bits_of(
    __m512i bytes, const ascii_table& of) noexcept {
  const __mmask64 ascii = ~_mm512_movepi8_mask(bytes);
  return _mm512_maskz_permutex2var_epi8(ascii, load_64(of.bits.data()), bytes,
                                        load_64(of.bits.data() + 64));
}

[[gnu::target("avx512bw,avx512vbmi")]] inline std::uint64_t avx512_equal(
    const char* bytes, char c) noexcept {
  std::uint64_t mask =
      _mm512_cmpeq_epi8_mask(load_64(bytes), _mm512_set1_epi8(c));
  // Else the compiler goes on in mask registers, where each step takes longer.
  asm("" : "+r"(mask));
  return mask;
}

/// The bytes that have one of the bits of `set`.
[[gnu::target("avx512bw,avx512vbmi")]] inline std::uint64_t any_of(
    __m512i bits, unsigned set) noexcept {
  return _mm512_test_epi8_mask(bits, _mm512_set1_epi8(static_cast<char>(set)));
}

/// Has this processor what those of 64 bytes take?
inline bool has_avx512() noexcept {
  return __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vbmi") != 0 &&
         __builtin_cpu_supports("avx512vbmi2") != 0;
}

}  // namespace vector_classes

#endif

}  // namespace tokensieve
