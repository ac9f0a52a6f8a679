#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// The prefix of a granular token with terminal sequences in it: do `text`'s
/// bytes in front of `end` end with the first letters of `npm_` and the
/// beginning of a sequence, and follow other sequences and the rest of it
/// behind? Sequences in the notation of a JSON string count as well. One that
/// may be of any length, or is cut off, is taken to go on.
[[nodiscard]] bool prefix_goes_on(std::string_view text,
                                  std::size_t end) noexcept;

}  // namespace tokensieve
