#pragma once

#include <cstdint>

namespace tokensieve {

/// Of the backslashes of 64 bytes, a bit each and the first the lowest, those
/// that begin an escape. `escaped`: the first byte belongs to an escape of the
/// bytes in front.
[[nodiscard]] constexpr std::uint64_t json_escapes(std::uint64_t backslashes,
                                                   bool escaped) noexcept {
  constexpr std::uint64_t k_even = 0x5555555555555555;
  backslashes &= ~std::uint64_t{escaped};
  // Every second one of a row begins one. A row that begins in an even place
  // is one that an addition there carries away.
  const std::uint64_t first = backslashes & ~(backslashes << 1);
  const std::uint64_t from_even =
      backslashes & ~(backslashes + (first & k_even));
  return (from_even & k_even) | (backslashes & ~from_even & ~k_even);
}

}  // namespace tokensieve
