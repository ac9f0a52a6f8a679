#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// Does `text` end with a name whose value is a token? Variables count in
/// either case, in raw bytes or not.
[[nodiscard]] bool ends_with_token_name(std::string_view text) noexcept;

/// Where the fixed text ends that an event's raw bytes hold around `at`, where
/// `signature_masks` found three bytes of it: a name, `npm_`, with a terminal
/// sequence in it as well, or a header of gzip or zstd in base64. 0 where there
/// is none, or the bytes behind it refute that a token follows. Never 0 where
/// the full set matches and a token is found once JSON's escapes are undone,
/// unless one of these hides letters of it.
[[nodiscard]] std::size_t raw_signature_end(std::string_view raw,
                                            std::size_t at) noexcept;

}  // namespace tokensieve
