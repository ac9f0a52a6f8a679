#include "pipeline/word_bytes.h"

#include "detectors/byte_class.h"

#include <algorithm>
#include <cstring>

namespace tokensieve {
namespace {

constexpr std::size_t k_block = 64;

#if defined(__x86_64__)

using vector_classes::any_of;
using vector_classes::bits_of;
using vector_classes::load;

alignas(32) constexpr byte_class k_words = class_of(is_word_byte);
alignas(32) constexpr byte_class k_letters = class_of(is_folded_letter);

// Of is_soft_break the byte in front and the one behind it.
constexpr unsigned k_line_end = 1U << 0;
constexpr unsigned k_space = 1U << 1;
alignas(32) constexpr byte_class k_breaks = [] {
  byte_class made;
  made.add(k_line_end | k_space, {0, 3}, {13});
  return made;
}();
alignas(32) constexpr byte_class k_blanks = [] {
  byte_class made;
  made.add(k_line_end, {0}, {9, 10, 13});
  made.add(k_space, {2}, {0});
  return made;
}();

[[gnu::target("avx2")]] inline std::uint64_t words_at(const char* at) noexcept {
  const __m256i bytes = load(at);
  const __m256i soft = _mm256_and_si256(bits_of(load(at - 1), k_breaks),
                                        bits_of(bytes, k_blanks));
  return any_of(_mm256_or_si256(bits_of(bytes, k_words), soft));
}

// Of the `Size` bytes behind `begin`, with one in front of them.
template <std::size_t Size>
[[gnu::target("avx2")]] inline word_masks masks_at(const char* begin) noexcept {
  word_masks made{.words = {words_at(begin) | words_at(begin + 32) << 32, 0},
                  .letters = any_of(bits_of(load(begin), k_letters)) |
                             any_of(bits_of(load(begin + 32), k_letters))
                                 << 32};
  if constexpr (Size > k_block)
    made.words[1] = words_at(begin + 64) | words_at(begin + 96) << 32;
  return made;
}

// A line is often shorter than a block.
template <std::size_t Size>
[[gnu::target("avx2")]] inline word_masks classify_by_vectors(
    std::string_view text) noexcept {
  // No byte of a word.
  constexpr char k_filler = '!';
  std::array<char, 1 + Size> bytes;
  bytes[0] = k_filler;
  char* const begin = bytes.data() + 1;
  if (text.size() >= Size) {
    std::memcpy(begin, text.data(), Size);
  } else {
    std::memset(begin, k_filler, Size);
    std::memcpy(begin, text.data(), text.size());
  }
  return masks_at<Size>(begin);
}

#endif

}  // namespace

word_masks classify_words_portably(std::string_view text) noexcept {
  word_masks made{};
  const std::size_t end = std::min(text.size(), word_masks::k_bytes);
  for (std::size_t i = 0; i < end; ++i) {
    made.words[i / k_block] |= std::uint64_t{is_of_word(text, i)}
                               << i % k_block;
    if (i < k_block)
      made.letters |= std::uint64_t{is_folded_letter(text[i])} << i;
  }
  return made;
}

word_masks classify_words(std::string_view text) noexcept {
#if defined(__x86_64__)
  static const bool k_has_avx2 = __builtin_cpu_supports("avx2");
  if (k_has_avx2) {
    return text.size() <= k_block
               ? classify_by_vectors<k_block>(text)
               : classify_by_vectors<word_masks::k_bytes>(text);
  }
#endif
  return classify_words_portably(text);
}

}  // namespace tokensieve
