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
  const two_masks pairs = longer<2>(alone);
  if (pairs.mask == 0) return 0;
  return longer<8>(longer<4>(pairs)).mask;
}

/// Where runs of letters end, block by block, with the runs that went on from
/// the block before: what lies in front of the first is no letter.
class letter_runs {
 public:
  struct ends {
    std::uint64_t pieces;  ///< of 16 letters and more
    std::uint64_t lines;   ///< of 8 and more where a line may end
    /// None if no letter has another two bytes behind it and a line end or a
    /// zero after either, here or in the block before.
    std::uint64_t spaced;
  };

  [[gnu::always_inline]] ends next(std::uint64_t letters,
                                   std::uint64_t line_ends) noexcept {
    // No letter's neighbour is the last byte of a line.
    const std::uint64_t ended = letters & line_ends & ~(letters >> 1);
    const std::uint64_t pairs = ended & moved<2>({ended_, ended});
    const std::uint64_t twos = letters & moved<1>({letters_, letters});
    const std::uint64_t fours = twos & moved<2>({twos_, twos});
    const std::uint64_t eights = fours & moved<4>({fours_, fours});
    const ends found{.pieces = eights & moved<8>({eights_, eights}),
                     .lines = eights & ended,
                     .spaced = pairs | pairs_};
    *this = {letters, twos, fours, eights, ended, pairs};
    return found;
  }

  letter_runs() = default;

 private:
  letter_runs(std::uint64_t letters, std::uint64_t twos, std::uint64_t fours,
              std::uint64_t eights, std::uint64_t ended,
              std::uint64_t pairs) noexcept
      : letters_(letters),
        twos_(twos),
        fours_(fours),
        eights_(eights),
        ended_(ended),
        pairs_(pairs) {}

  std::uint64_t letters_ = 0;
  std::uint64_t twos_ = 0;
  std::uint64_t fours_ = 0;
  std::uint64_t eights_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t pairs_ = 0;
};

}  // namespace tokensieve
