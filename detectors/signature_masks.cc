#include "detectors/signature_masks.h"

#include "detectors/byte_class.h"

namespace tokensieve {
namespace {

constexpr unsigned k_prefix = 1U << 0;       // pm_, or an interruption
constexpr unsigned k_interrupted = 1U << 1;  // np and an interruption
constexpr unsigned k_return = 1U << 2;       // n\r in the notation of a string
constexpr unsigned k_sequence = 1U << 3;     // n and an interruption
constexpr unsigned k_token = 1U << 4;        // oke, in either case
constexpr unsigned k_gzip = 1U << 5;         // H4s
constexpr unsigned k_zstd = 1U << 6;         // KLU
constexpr unsigned k_created = 1U << 7;      // Cre

// Some that look like them are among them.
constexpr byte_class first_bytes() {
  byte_class first;
  first.add(k_prefix, {7}, {0});
  first.add(k_interrupted | k_return | k_sequence, {6}, {14});
  first.add(k_token, {4, 6}, {15});
  first.add(k_gzip, {4}, {8});
  first.add(k_zstd, {4}, {11});
  first.add(k_created, {4}, {3});
  return first;
}
constexpr byte_class second_bytes() {
  byte_class second;
  second.add(k_prefix, {6}, {13});
  second.add(k_interrupted, {7}, {0});
  second.add(k_return, {5}, {12});
  second.add(k_sequence, {0, 1}, {11, 13});
  second.add(k_token, {4, 6}, {11});
  second.add(k_gzip, {3}, {4});
  second.add(k_zstd, {4}, {12});
  second.add(k_created, {7}, {2});
  return second;
}
constexpr byte_class third_bytes() {
  byte_class third;
  third.add(k_prefix | k_interrupted, {0, 1, 5}, {11, 12, 13, 15});
  third.add(k_return, {7}, {2});
  third.add(k_token, {4, 6}, {5});
  third.add(k_gzip, {7}, {3});
  third.add(k_zstd, {5}, {5});
  third.add(k_created, {6}, {5});
  return third;
}

alignas(32) constexpr byte_class k_first = first_bytes();
alignas(32) constexpr byte_class k_second = second_bytes();
alignas(32) constexpr byte_class k_third = third_bytes();
// Whatever the third byte is.
constexpr unsigned k_any_third = k_sequence;

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

#endif

}  // namespace tokensieve
