#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tokensieve {

namespace word_byte_sets {

constexpr std::array<bool, 256> set_of(std::string_view bytes) {
  std::array<bool, 256> set{};
  for (const char c : bytes)
    set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr std::string_view k_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
inline constexpr auto k_letter_set = set_of(k_letters);

inline constexpr auto k_word_set = [] {
  std::array<bool, 256> set = set_of({"=%&#;\\[{}\x1b\0", 11});
  for (const char c : k_letters)
    set[static_cast<unsigned char>(c)] = true;
  return set;
}();

}  // namespace word_byte_sets

/// A letter of base64 in either alphabet.
constexpr bool is_folded_letter(char c) noexcept {
  return word_byte_sets::k_letter_set[static_cast<unsigned char>(c)];
}

/// What a token is written in: itself, base64, hex, or one of the encodings of
/// single bytes, with colours in it. Times and sentences hold other bytes.
constexpr bool is_word_byte(char c) noexcept {
  return word_byte_sets::k_word_set[static_cast<unsigned char>(c)];
}

/// A soft line break of quoted-printable ends no word.
constexpr bool is_soft_break(char before, char c) noexcept {
  return (before == '=' || before == '\r') &&
         (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

constexpr bool is_of_word(std::string_view text, std::size_t at) noexcept {
  return is_word_byte(text[at]) ||
         (at > 0 && is_soft_break(text[at - 1], text[at]));
}

/// The first bytes of a text by what they are: a bit a byte, the first the
/// lowest. None is set behind the text.
struct word_masks {
  static constexpr std::size_t k_bytes = 128;

  std::array<std::uint64_t, 2> words;  ///< is_of_word
  std::uint64_t letters;               ///< is_folded_letter, of the first 64
};
[[nodiscard]] word_masks classify_words(std::string_view text) noexcept;

/// The same, as any processor can do it.
[[nodiscard]] word_masks classify_words_portably(
    std::string_view text) noexcept;

}  // namespace tokensieve
