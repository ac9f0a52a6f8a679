#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tokensieve {

/// The least number of insertions, deletions, replacements and swaps of
/// neighbours that make `a` into `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name that a mistyped `written` was probably meant to be: the nearest
/// of `names` if it is near, else the only one whose last dotted part is
/// `written`'s.
[[nodiscard]] std::optional<std::string> did_you_mean(
    std::string_view written, std::span<const std::string> names);

}  // namespace tokensieve
