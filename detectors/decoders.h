#pragma once

#include "detectors/decoder.h"

#include <memory>
#include <vector>

namespace tokensieve {

/// Colour codes, links, erase-line and cursor sequences and redraws inside a
/// token, as `grep --color` leaves them.
[[nodiscard]] std::unique_ptr<const decoder> make_terminal_decoder();

/// base64 in both alphabets, padded or not, at any alignment, folded or not,
/// up to four layers of it, with another encoding among them.
[[nodiscard]] std::unique_ptr<const decoder> make_base64_decoder();

/// Hex digits in either case, folded or not.
[[nodiscard]] std::unique_ptr<const decoder> make_hex_decoder();

/// `%6E`, of all characters or of some.
[[nodiscard]] std::unique_ptr<const decoder> make_percent_decoder();

/// `\u006e`, `\x6e`, `\156` and the like in strings inside the text.
[[nodiscard]] std::unique_ptr<const decoder> make_escape_decoder();

/// `&#110;`, `&#x6e;`, `&lowbar;`.
[[nodiscard]] std::unique_ptr<const decoder> make_html_decoder();

/// `=6E`, and lines folded by a `=` at their end.
[[nodiscard]] std::unique_ptr<const decoder> make_quoted_printable_decoder();

/// UTF-16 of either byte order, with or without a mark.
[[nodiscard]] std::unique_ptr<const decoder> make_utf16_decoder();

/// gzip, zlib or zstd inside of base64, as `format` says.
[[nodiscard]] std::unique_ptr<const decoder> make_inflating_decoder(
    token_encoding format);

/// Every decoder there is.
[[nodiscard]] std::vector<std::unique_ptr<const decoder>> make_decoders();

}  // namespace tokensieve
