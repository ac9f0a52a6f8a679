#include "schemas/json_structure.h"

#include "detectors/byte_class.h"
#include "schemas/json_escapes.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

namespace tokensieve {
namespace {

#if defined(__x86_64__)

using vector_classes::any_of;
using vector_classes::ascii_table;
using vector_classes::bits_of;
using vector_classes::load;
using vector_classes::load_64;

constexpr std::size_t k_block = 64;
constexpr std::uint32_t k_step = 16;  // places that are written at once

// Outside of strings: blanks, and the signs that are structure themselves.
constexpr unsigned k_space = 1U << 0;
constexpr unsigned k_blank_control = 1U << 1;
constexpr unsigned k_comma = 1U << 2;
constexpr unsigned k_colon = 1U << 3;
constexpr unsigned k_bracket = 1U << 4;
constexpr unsigned k_blanks = k_space | k_blank_control;
constexpr unsigned k_signs = k_comma | k_colon | k_bracket;

alignas(32) constexpr byte_class k_outside = [] {
  byte_class made;
  made.add(k_space, {2}, {0});
  made.add(k_blank_control, {0}, {9, 10, 13});
  made.add(k_comma, {2}, {12});
  made.add(k_colon, {3}, {10});
  made.add(k_bracket, {5, 7}, {11, 13});
  return made;
}();

struct outside_masks {
  std::uint64_t blanks;
  std::uint64_t signs;
};

// Masks of 64 bytes: those that are `c`, those that are no ASCII, and these
// with the control characters.
struct avx2_block {
  const char* bytes;

  [[gnu::target("avx2")]] static std::uint64_t mask(__m256i low,
                                                    __m256i high) noexcept {
    const auto half = [](__m256i of) __attribute__((target("avx2"))) {
      return std::uint64_t{
          static_cast<std::uint32_t>(_mm256_movemask_epi8(of))};
    };
    return half(low) | half(high) << 32;
  }
  static void copy_filled(std::string_view from, char* to) noexcept {
    std::fill_n(to, k_block, ' ');
    from.copy(to, k_block);
  }
  // What `places` tells of, from byte `at` on; how many.
  static std::uint32_t write_places(std::uint64_t structure, std::uint32_t at,
                                    std::uint32_t* places) noexcept {
    std::uint32_t* end = places;
    for (; structure != 0; structure &= structure - 1)
      *end++ = at + static_cast<std::uint32_t>(std::countr_zero(structure));
    return static_cast<std::uint32_t>(end - places);
  }
  [[gnu::target("avx2")]] std::uint64_t equal(char c) const noexcept {
    return vector_classes::avx2_equal(bytes, c);
  }
  [[gnu::target("avx2")]] std::uint64_t not_ascii() const noexcept {
    return mask(load(bytes), load(bytes + 32));
  }
  [[gnu::target("avx2")]] std::uint64_t not_printable() const noexcept {
    const __m256i space = _mm256_set1_epi8(' ');
    return mask(_mm256_cmpgt_epi8(space, load(bytes)),
                _mm256_cmpgt_epi8(space, load(bytes + 32)));
  }
  [[gnu::target("avx2")]] outside_masks outside() const noexcept {
    const __m256i low = bits_of(load(bytes), k_outside);
    const __m256i high = bits_of(load(bytes + 32), k_outside);
    const auto any = [&](unsigned set) __attribute__((target("avx2"))) {
      const __m256i one_of = _mm256_set1_epi8(static_cast<char>(set));
      return any_of(_mm256_and_si256(low, one_of)) |
             any_of(_mm256_and_si256(high, one_of)) << 32;
    };
    return {.blanks = any(k_blanks), .signs = any(k_signs)};
  }
};

struct avx512_block {
  const char* bytes;

  [[gnu::target("avx512bw")]] static void copy_filled(std::string_view from,
                                                      char* to) noexcept {
    const __mmask64 filled = ~__mmask64{0} << from.size();
    _mm512_storeu_si512(to, _mm512_mask_loadu_epi8(_mm512_set1_epi8(' '),
                                                   ~filled, from.data()));
  }
  // A branch on how many there are is guessed wrongly often.
  [[gnu::target("avx512bw,avx512vbmi2,popcnt")]] static std::uint32_t
  write_places(std::uint64_t structure, std::uint32_t at,
               std::uint32_t* places) noexcept {
    static constexpr auto k_numbers = [] {
      std::array<std::uint8_t, k_block> numbers{};
      for (std::size_t i = 0; i < k_block; ++i)
        numbers[i] = static_cast<std::uint8_t>(i);
      return numbers;
    }();
    const auto size = static_cast<std::uint32_t>(std::popcount(structure));
    const __m512i found =
        _mm512_maskz_compress_epi8(structure, load_64(k_numbers.data()));
    alignas(64) std::array<std::uint8_t, k_block> bits;
    _mm512_store_si512(bits.data(), found);
    const __m512i first = _mm512_set1_epi32(static_cast<int>(at));
    for (std::uint32_t i = 0; i < size; i += k_step) {
      const std::uint32_t left = std::min(size - i, k_step);
      const auto written = static_cast<__mmask16>((1U << left) - 1);
      const __m512i some = _mm512_maskz_cvtepu8_epi32(
          written,
          _mm_load_si128(reinterpret_cast<const __m128i*>(bits.data() + i)));
      _mm512_mask_storeu_epi32(places + i, written,
                               _mm512_add_epi32(some, first));
    }
    return size;
  }
  [[gnu::target("avx512bw,avx512vbmi")]] std::uint64_t equal(
      char c) const noexcept {
    return vector_classes::avx512_equal(bytes, c);
  }
  [[gnu::target("avx512bw,avx512vbmi")]] std::uint64_t not_ascii()
      const noexcept {
    return _mm512_movepi8_mask(load_64(bytes));
  }
  [[gnu::target("avx512bw,avx512vbmi")]] std::uint64_t not_printable()
      const noexcept {
    return _mm512_cmplt_epi8_mask(load_64(bytes), _mm512_set1_epi8(' '));
  }
  [[gnu::target("avx512bw,avx512vbmi")]] outside_masks outside()
      const noexcept {
    static constexpr ascii_table k_table(k_outside);
    const __m512i bits = bits_of(load_64(bytes), k_table);
    return {.blanks = any_of(bits, k_blanks), .signs = any_of(bits, k_signs)};
  }
};

// Bit by bit whether an odd number of bits stands up to there.
[[gnu::target("pclmul")]] inline std::uint64_t parity(
    std::uint64_t bits) noexcept {
  const __m128i product = _mm_clmulepi64_si128(
      _mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

template <typename Block>
[[gnu::always_inline]] inline std::uint32_t find_structure(
    std::string_view json, std::uint32_t* places) {
  std::uint32_t found = 0;
  std::uint64_t in_string = 0;  // every bit, where a block begins in one
  bool escaped = false;
  // Where bytes beyond ASCII begin that are still to be looked at: in few
  // blocks of an event there are any, and none ends between two blocks without.
  constexpr std::size_t k_none = SIZE_MAX;
  std::size_t beyond_ascii = k_none;
  std::uint64_t scalar_before = 0;
  std::array<char, k_block> rest;
  for (std::size_t at = 0; at < json.size(); at += k_block) {
    const char* bytes = json.data() + at;
    if (json.size() - at < k_block) {
      Block::copy_filled(json.substr(at), rest.data());
      bytes = rest.data();
    }
    const Block block{bytes};
    std::uint64_t quotes = block.equal('"');
    std::uint64_t controls = block.not_printable();
    if ((quotes | controls) == 0 && in_string != 0) {
      // Looked at only where it matters, so that no block waits for the one
      // before.
      escaped = bytes[k_block - 1] == '\\' &&
                json_escapes(block.equal('\\'), escaped) >> (k_block - 1) != 0;
      if (beyond_ascii != k_none) {
        const auto run = json.substr(beyond_ascii, at - beyond_ascii);
        if (!simdjson::validate_utf8(run)) return 0;
        beyond_ascii = k_none;
      }
      continue;
    }
    const std::uint64_t escapes = json_escapes(block.equal('\\'), escaped);
    quotes &= ~(escapes << 1 | std::uint64_t{escaped});
    escaped = escapes >> (k_block - 1) != 0;
    if (controls != 0) {
      const std::uint64_t beyond = block.not_ascii();
      if (beyond != 0) beyond_ascii = std::min(beyond_ascii, at);
      controls &= ~beyond;
    }
    if ((quotes | controls) == 0 && in_string != 0) continue;

    // From a quote to the byte in front of the one that closes it.
    const std::uint64_t strings = parity(quotes) ^ in_string;
    in_string = 0 - (strings >> (k_block - 1));
    const auto [blanks, signs] = block.outside();
    if ((controls & (strings | ~blanks)) != 0) return 0;
    const std::uint64_t scalars = ~(blanks | signs);
    const std::uint64_t letters = scalars & ~quotes;
    const std::uint64_t begin = scalars & ~(letters << 1 | scalar_before);
    scalar_before = letters >> (k_block - 1);
    // Of a string, its first quote.
    const std::uint64_t structure = (signs | begin) & ~(strings ^ quotes);
    found += Block::write_places(structure, static_cast<std::uint32_t>(at),
                                 places + found);
  }
  if (in_string != 0) return 0;
  if (beyond_ascii != k_none &&
      !simdjson::validate_utf8(json.substr(beyond_ascii))) {
    return 0;
  }
  places[found] = static_cast<std::uint32_t>(json.size());
  return found;
}

[[gnu::target("avx2,bmi,pclmul")]] std::uint32_t avx2_structure(
    std::string_view json, std::uint32_t* places) {
  return find_structure<avx2_block>(json, places);
}

[[gnu::target(
    "avx512bw,avx512vbmi,avx512vbmi2,bmi,popcnt,pclmul")]] std::uint32_t
avx512_structure(std::string_view json, std::uint32_t* places) {
  return find_structure<avx512_block>(json, places);
}

constexpr std::array<structure_finder, 2> k_finders{avx2_structure,
                                                    avx512_structure};

std::size_t usable_finders() noexcept {
  if (__builtin_cpu_supports("avx2") == 0 ||
      __builtin_cpu_supports("bmi") == 0 ||
      __builtin_cpu_supports("pclmul") == 0) {
    return 0;
  }
  return vector_classes::has_avx512() ? 2 : 1;
}

#else

constexpr std::array<structure_finder, 0> k_finders{};
std::size_t usable_finders() noexcept {
  return 0;
}

#endif

}  // namespace

std::span<const structure_finder> structure_finders() noexcept {
  static const std::size_t k_usable = usable_finders();
  return std::span(k_finders).first(k_usable);
}

}  // namespace tokensieve
