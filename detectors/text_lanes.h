#pragma once

#include "detectors/letter_runs.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tokensieve {

/// Of letters and digits in base64 and in hex: the bits that tell whether what
/// they stand for may be text. What stands for other bytes is not defined.
struct letter_bits {
  std::uint64_t bit5 = 0;     ///< bit 5 of the letter's value in base64 is set
  std::uint64_t bit3 = 0;     ///< bit 3
  std::uint64_t bit1 = 0;     ///< bit 1
  std::uint64_t hex = 0;      ///< a hex digit of either case
  std::uint64_t hex_low = 0;  ///< a digit up to 7: the high half of ASCII
};

/// The ways in which letters may be text: four alignments of base64, then two
/// of hex.
inline constexpr unsigned k_base64_lanes = 4;
inline constexpr unsigned k_lanes = 6;

/// A mask a lane, and two of nothing that fill a register.
using lane_masks = std::array<std::uint64_t, 8>;

/// Where 16 letters in a row end that may be text, or 8 that stand at the end
/// of a line.
struct lane_ends {
  lane_masks masks;
  bool any = false;  ///< does any lane have one?
};

/// Which letters tell the upper bit of a byte: of a group of four in base64 the
/// first three, of two in hex the first. And which lanes are of which.
struct lane_rules {
  lane_masks bit5, bit3, bit1, high, base64, hex;
};
inline constexpr lane_rules k_lane_rules = [] {
  constexpr std::uint64_t k_every_second = 0x5555555555555555;
  constexpr std::uint64_t k_every_fourth = 0x1111111111111111;
  lane_rules made{};
  for (unsigned lane = 0; lane < k_base64_lanes; ++lane) {
    const int first = static_cast<int>(lane);
    made.bit5[lane] = std::rotl(k_every_fourth, first);
    made.bit3[lane] = std::rotl(k_every_fourth, first + 1);
    made.bit1[lane] = std::rotl(k_every_fourth, first + 2);
    made.base64[lane] = ~std::uint64_t{0};
  }
  for (unsigned lane = k_base64_lanes; lane < k_lanes; ++lane) {
    made.high[lane] =
        std::rotl(k_every_second, static_cast<int>(lane - k_base64_lanes));
    made.hex[lane] = ~std::uint64_t{0};
  }
  return made;
}();

// The loops over lanes are for the compiler to make vectors of.

/// Which of a block's `letters` may be part of text.
[[gnu::always_inline]] constexpr lane_masks text_lanes(
    const letter_bits& bits, std::uint64_t letters) noexcept {
  constexpr lane_rules k_rules = k_lane_rules;
  lane_masks good;
  for (std::size_t lane = 0; lane < good.size(); ++lane) {
    const std::uint64_t upper =
        (bits.bit5 & k_rules.bit5[lane]) | (bits.bit3 & k_rules.bit3[lane]) |
        (bits.bit1 & k_rules.bit1[lane]) | (~bits.hex_low & k_rules.high[lane]);
    good[lane] =
        ((letters & k_rules.base64[lane]) | (bits.hex & k_rules.hex[lane])) &
        ~upper;
  }
  return good;
}

[[gnu::always_inline]] constexpr std::uint64_t any_of_lanes(
    const lane_masks& masks) noexcept {
  std::uint64_t any = 0;
  for (const std::uint64_t mask : masks)
    any |= mask;
  return any;
}

/// Where pieces of `text` end, which go on from the block `before`.
[[gnu::always_inline]] constexpr void find_ends(const lane_masks& before,
                                                const lane_masks& text,
                                                std::uint64_t line_ends,
                                                lane_ends& ends) noexcept {
  lane_masks found;
  for (std::size_t lane = 0; lane < text.size(); ++lane) {
    const auto [pieces, lines] =
        ends_of_pieces({before[lane], text[lane]}, line_ends);
    found[lane] = pieces | lines;
  }
  ends = {found, any_of_lanes(found) != 0};
}

}  // namespace tokensieve
