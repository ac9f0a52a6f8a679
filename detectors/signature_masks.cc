#include "detectors/signature_masks.h"

#include "detectors/byte_class.h"

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

using vector_classes::ascii_table;
using vector_classes::load_64;

[[gnu::target("avx512bw,avx512vbmi")]] inline std::uint64_t avx512_block(
    const char* block) noexcept {
  static constexpr ascii_table k_first_table(k_first);
  static constexpr ascii_table k_second_table(k_second);
  static constexpr ascii_table k_third_table(k_third);
  const __m512i first = bits_of(load_64(block), k_first_table);
  const __m512i second = bits_of(load_64(block + 1), k_second_table);
  const __m512i third =
      _mm512_or_si512(bits_of(load_64(block + 2), k_third_table),
                      _mm512_set1_epi8(static_cast<char>(k_any_third)));
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
