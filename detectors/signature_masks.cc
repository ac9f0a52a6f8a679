#include "detectors/signature_masks.h"

#include "detectors/byte_class.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tokensieve {
namespace {

// Three bytes in a row that a fixed text may hold: at each place one of some.
using row_of_three = std::array<std::string_view, 3>;

// `npm_`, and where a terminal sequence interrupts it, which begins with an
// escape or a carriage return, as they are or in the notation of a string;
// `Token`, in either case; the headers of gzip and zstd in base64; `Created`.
constexpr std::array<row_of_three, 8> k_rows{{
    {"p", "m", "_\x1b\\\r"},
    {"n", "p", "_\x1b\\\r"},
    {"n", "\\", "r"},
    {"n", "\x1b\r", ""},
    {"oO", "kK", "eE"},
    {"H", "4", "s"},
    {"K", "L", "U"},
    {"C", "r", "e"},
}};

// A bit a row. Bytes that look like those of a row are among them.
constexpr byte_class class_at(std::size_t place) {
  byte_class made;
  for (std::size_t row = 0; row < k_rows.size(); ++row) {
    for (const char c : k_rows[row][place]) {
      const unsigned byte = static_cast<unsigned char>(c);
      made.add(1U << row, {byte >> 4U}, {byte & 15U});
    }
  }
  return made;
}

// The rows that any third byte does for.
constexpr unsigned k_any_third = [] {
  unsigned rows = 0;
  for (std::size_t row = 0; row < k_rows.size(); ++row) {
    if (k_rows[row][2].empty()) rows |= 1U << row;
  }
  return rows;
}();

alignas(32) constexpr byte_class k_first = class_at(0);
alignas(32) constexpr byte_class k_second = class_at(1);
alignas(32) constexpr byte_class k_third = class_at(2);

template <std::uint64_t (*Of)(const char*)>
[[gnu::always_inline]] inline std::uint64_t all_masks(const char* text,
                                                      std::size_t blocks,
                                                      mask_batch& out,
                                                      std::size_t first) {
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::uint64_t mask = Of(text + i * k_mask_bytes);
    out.signatures[first + i] = mask;
    set |= std::uint64_t{mask != 0} << (first + i);
  }
  return set;
}

std::uint64_t portable_block(const char* block) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < k_mask_bytes; ++i) {
    const char* const at = block + i;
    const unsigned bits = k_first.bits(at[0]) & k_second.bits(at[1]) &
                          (k_third.bits(at[2]) | k_any_third);
    mask |= std::uint64_t{bits != 0} << i;
  }
  return mask;
}

#if defined(__x86_64__)

using vector_classes::bits_of;
using vector_classes::load;
using vector_classes::none_of;

[[gnu::target("avx2")]] inline std::uint64_t without(const char* at) noexcept {
  const __m256i first = bits_of(load(at), k_first);
  const __m256i second = bits_of(load(at + 1), k_second);
  const __m256i third =
      _mm256_or_si256(bits_of(load(at + 2), k_third),
                      _mm256_set1_epi8(static_cast<char>(k_any_third)));
  return none_of(_mm256_and_si256(_mm256_and_si256(first, second), third));
}

[[gnu::target("avx2")]] inline std::uint64_t avx2_block(
    const char* block) noexcept {
  return ~(without(block) | without(block + 32) << 32);
}

using vector_classes::load_64;

// Of the rows at a place by the lower six bits of a byte, which one instruction
// looks up: some bytes look alike, but not three in a row.
struct row_table {
  explicit constexpr row_table(std::size_t place) {
    for (std::size_t row = 0; row < k_rows.size(); ++row) {
      const std::string_view bytes = k_rows[row][place];
      for (std::size_t byte = 0; byte < bits.size(); ++byte) {
        const bool stands =
            bytes.empty() || std::ranges::any_of(bytes, [&](char c) {
              return static_cast<unsigned char>(c) % 64 == byte;
            });
        bits[byte] |= static_cast<std::uint8_t>(unsigned{stands} << row);
      }
    }
  }
  alignas(64) std::array<std::uint8_t, 64> bits{};
};

[[gnu::target("avx512bw,avx512vbmi")]] inline __m512i rows_at(
    const char* bytes, const row_table& of) noexcept {
  // Of every byte: GCC 12 warns of what the form without a mask leaves unset.
  return _mm512_maskz_permutexvar_epi8(~__mmask64{0}, load_64(bytes),
                                       load_64(of.bits.data()));
}

[[gnu::target("avx512bw,avx512vbmi")]] inline std::uint64_t avx512_block(
    const char* block) noexcept {
  static constexpr row_table k_first_rows(0);
  static constexpr row_table k_second_rows(1);
  static constexpr row_table k_third_rows(2);
  const __m512i first = rows_at(block, k_first_rows);
  const __m512i second = rows_at(block + 1, k_second_rows);
  const __m512i third = rows_at(block + 2, k_third_rows);
  return _mm512_test_epi8_mask(_mm512_and_si512(first, second), third);
}

#endif

}  // namespace

std::uint64_t portable_signature_masks(const char* text, std::size_t blocks,
                                       mask_batch& out, std::size_t first) {
  return all_masks<portable_block>(text, blocks, out, first);
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] std::uint64_t avx2_signature_masks(const char* text,
                                                           std::size_t blocks,
                                                           mask_batch& out,
                                                           std::size_t first) {
  return all_masks<avx2_block>(text, blocks, out, first);
}

[[gnu::target("avx512bw,avx512vbmi")]] std::uint64_t avx512_signature_masks(
    const char* text, std::size_t blocks, mask_batch& out, std::size_t first) {
  return all_masks<avx512_block>(text, blocks, out, first);
}

#endif

}  // namespace tokensieve
