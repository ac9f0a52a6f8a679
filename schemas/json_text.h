#pragma once

#include <string>
#include <string_view>

namespace tokensieve {

/// JSON's blanks.
[[nodiscard]] constexpr bool is_json_blank(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// A string of a document with its escapes undone.
struct unescaped_text {
  std::string_view text;  ///< within `raw` or `scratch`
  bool well_formed;       ///< false: an unknown escape was kept as it stands
};

/// Undoes the escapes of `raw`, the bytes between two quotes. A string must
/// never be lost to its escapes: half a surrogate pair becomes U+FFFD, and
/// what is no escape stays as it is. `scratch` is used where anything changes.
[[nodiscard]] unescaped_text unescape_json(std::string_view raw,
                                           std::string& scratch);

/// Is `text` a number, `true`, `false` or `null`?
[[nodiscard]] bool is_json_scalar(std::string_view text) noexcept;

/// Appends `/` and `key` to a JSON pointer (RFC 6901).
void append_pointer_token(std::string& pointer, std::string_view key);

/// Takes the first token off `pointer`: `/files/3` gives `files` and leaves
/// `/3`. As written: its escapes stay. Empty at the end of the pointer.
std::string_view take_pointer_token(std::string_view& pointer) noexcept;

/// The last token of a JSON pointer with its escapes undone.
[[nodiscard]] std::string last_pointer_token(std::string_view pointer);

/// `text` with everything that is not UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string as_utf8(std::string_view text);

}  // namespace tokensieve
