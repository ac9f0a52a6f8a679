#pragma once

#include "detectors/decoder.h"

#include <memory>
#include <vector>

namespace tokensieve {

/// Colour codes, erase-line and cursor sequences inside a token, as
/// `grep --color` leaves them.
[[nodiscard]] std::unique_ptr<const decoder> make_terminal_decoder();

/// base64 in both alphabets, padded or not, at any alignment, up to three
/// layers of it.
[[nodiscard]] std::unique_ptr<const decoder> make_base64_decoder();

/// Every decoder there is.
[[nodiscard]] std::vector<std::unique_ptr<const decoder>> make_decoders();

}  // namespace tokensieve
