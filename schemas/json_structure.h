#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tokensieve {

/// Finds what simdjson's first stage finds: writes the places of the structure
/// of `json` to `places`, its size behind them, and returns how many they are.
/// 0 where the document has none or any fault: simdjson tells which.
///
/// Instead of simdjson's own, because most of an event is one long string, of
/// which 64 bytes without a quote are no more than two comparisons here.
///
/// `places` has room for json.size() + 1 of them. Any thread.
using structure_finder = std::uint32_t (*)(std::string_view json,
                                           std::uint32_t* places);

/// Those that this processor can run, the fastest last; there may be none.
[[nodiscard]] std::span<const structure_finder> structure_finders() noexcept;

}  // namespace tokensieve
