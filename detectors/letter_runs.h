#pragma once

#include <cstddef>
#include <cstdint>

namespace tokensieve {

/// A piece that any stretch of letters has, and the shortest line of a folded
/// one.
inline constexpr std::size_t k_piece = 16;
inline constexpr std::size_t k_line = 8;

/// A mask of 64 bytes, a bit a byte, and the one of the bytes before it.
struct two_masks {
  std::uint64_t before;
  std::uint64_t mask;
};

/// `mask` with each bit `By` bytes further.
template <unsigned By>
constexpr std::uint64_t moved(two_masks bits) noexcept {
  return bits.mask << By | bits.before >> (64 - By);
}

/// Where `By` more in a row end, given where some do.
template <unsigned By>
constexpr two_masks longer(two_masks runs) noexcept {
  return {runs.before & runs.before << By, runs.mask & moved<By>(runs)};
}

/// Where 16 in a row end, and where 8 do that stand at the end of a line.
struct piece_ends {
  std::uint64_t pieces;
  std::uint64_t lines;
};
constexpr piece_ends ends_of_pieces(two_masks letters,
                                    std::uint64_t line_ends) noexcept {
  static_assert(k_piece == 16 && k_line == 8);
  const two_masks lines = longer<4>(longer<2>(longer<1>(letters)));
  return {longer<8>(lines).mask, lines.mask & line_ends};
}

/// Where the last of 8 letters ends that have one other byte between each two.
constexpr std::uint64_t ends_of_spaced(two_masks letters) noexcept {
  const two_masks alone{letters.before & ~(letters.before << 1),
                        letters.mask & ~moved<1>(letters)};
  return longer<8>(longer<4>(longer<2>(alone))).mask;
}

}  // namespace tokensieve
