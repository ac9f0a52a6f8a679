#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// What of a token's text is the same in all tokens, as the triggers of the
/// decoders need it: short enough to be in several names.
struct fixed_text {
  std::string_view text;
  /// Encodings inside each other that are promised for it, the decoder's own
  /// included.
  std::size_t layers;
};
[[nodiscard]] const std::vector<fixed_text>& fixed_texts();

inline constexpr std::string_view k_base64_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The letters of base64 that `text` fixes where it stands `alignment` bytes
/// behind a multiple of three; `first` is where the first of them stands in
/// its group of four.
struct base64_form {
  std::string letters;
  unsigned first;
  std::string before;  ///< the letters that may stand in front
};
[[nodiscard]] base64_form base64_form_of(std::string_view text,
                                         unsigned alignment);

/// `text` in base64 at each alignment.
[[nodiscard]] std::vector<std::string> base64_forms(std::string_view text);

/// Every fixed text in up to `layers` - `outer` layers of base64, itself
/// included: what an encoding other than base64 may have inside.
[[nodiscard]] std::vector<std::string> texts_inside(std::size_t outer);

/// What base64 may have inside it, layer for layer: the fixed texts, and each
/// of the other encodings of them and of their base64, so that at most one
/// layer is not base64. One entry for each text; `layers` of base64 around it.
struct inner_text {
  std::string text;
  std::size_t layers;
};
[[nodiscard]] std::vector<inner_text> texts_inside_base64();

}  // namespace tokensieve
