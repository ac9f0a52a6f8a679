#pragma once

#include "schemas/leak.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

struct text_place {
  std::uint64_t line;    ///< from 1; only LF ends a line
  std::uint64_t column;  ///< from 1, in bytes
  std::optional<patch_side> side;
};

/// The place of byte `offset` of `text`. In a patch the line is that of the
/// new file (for a removed line that of the old one) by the hunk headers and
/// the column counts after the sign; outside of any hunk, or where `text` is
/// no diff, the place is that in `text` and `side` is absent.
[[nodiscard]] text_place locate(std::string_view text, std::size_t offset,
                                bool patch);

}  // namespace tokensieve
