#pragma once

#include "detectors/letter_runs.h"

#include <cstddef>
#include <cstdint>

namespace tokensieve {

/// Bytes that are classified at a time: a bit a byte, the first the lowest.
inline constexpr std::size_t k_mask_bytes = 64;

/// What every block of a text is looked at for.
struct block_masks {
  std::uint64_t letters = 0;  ///< letters and digits
  /// `%`, `=`, `&` or a backslash with a byte behind it that may go on with an
  /// encoded letter: `%6`, `=6`, `&#`, `\x`; letters such as an `e` with one
  /// behind them as zlib has it in base64.
  std::uint64_t leads = 0;
  letter_runs::ends ends{};  ///< of runs of letters

  [[nodiscard]] constexpr bool is_worth_a_look() const noexcept {
    return (leads | ends.pieces | ends.lines | ends.spaced) != 0;
  }
};

/// Of letters and digits in base64 and in hex: the bits that tell whether what
/// they stand for may be text. What stands for other bytes is not defined.
struct letter_bits {
  std::uint64_t bit5 = 0;     ///< bit 5 of the letter's value in base64 is set
  std::uint64_t bit3 = 0;     ///< bit 3
  std::uint64_t bit1 = 0;     ///< bit 1
  std::uint64_t hex = 0;      ///< a hex digit of either case
  std::uint64_t hex_low = 0;  ///< a digit up to 7: the high half of ASCII
};

/// How this processor classifies bytes. Any thread.
struct byte_classifier {
  /// Of at most 64 blocks, behind those that `runs` has seen. One byte behind
  /// the last must be readable. Returns which of them are worth a look, the
  /// first in the lowest bit.
  std::uint64_t (*masks)(const char* text, std::size_t blocks,
                         letter_runs& runs, block_masks* out);
  letter_bits (*bits)(const char* block);

  /// The fastest that this processor has.
  static const byte_classifier& best() noexcept;
  /// One that any processor has.
  static const byte_classifier& portable() noexcept;
};

}  // namespace tokensieve
