#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tokensieve {

/// The length of the UTF-8 sequence at the front of `text`: 1 to 4; 0 if none
/// starts there (or `text` is empty).
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// The offset of the first byte that is not UTF-8; nothing if all of it is.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(
    std::string_view text) noexcept;

}  // namespace tokensieve
