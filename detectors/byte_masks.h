#pragma once

#include "detectors/text_lanes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tokensieve {

/// Bytes that are classified at a time: a bit a byte, the first the lowest.
inline constexpr std::size_t k_mask_bytes = 64;

/// Of up to 64 blocks those that have something, the first in the lowest bit.
struct block_sets {
  std::uint64_t leads = 0;
  std::uint64_t ends = 0;  ///< of pieces or lines
  std::uint64_t spaced = 0;
};

/// What every block of a text is looked at for, 64 blocks at once. Not
/// initialized: what is read has been written.
struct mask_batch {
  static constexpr std::size_t k_blocks = 64;
  /// Blocks are done eight by eight; behind the last stand some of nothing.
  static constexpr std::size_t k_step = 8;

  using masks = std::array<std::uint64_t, k_blocks>;
  /// The block in front of the others comes first.
  using all_masks = std::array<std::uint64_t, 1 + k_blocks>;

  all_masks letters;  ///< letters and digits
  /// Bytes in front of one that may end a line: a line end, a quote, or a
  /// backslash; but also of a zero, and of some that look like these.
  all_masks line_ends;
  /// `%`, `=`, `&` or a backslash with a byte behind it that may go on with an
  /// encoded letter: `%6`, `=6`, `&#`, `\x`; letters such as an `e` with one
  /// behind them as zlib has it in base64.
  masks leads;

  masks pieces;  ///< the last of 16 letters or more
  masks lines;   ///< the last of 8 and more where a line may end
  /// None unless two letters, each with a zero or a line end behind it, stand
  /// two bytes apart, here or in the block before.
  masks spaced;

  /// Three bytes that hardly anything but a signature's fixed text holds.
  masks signatures;
};

/// How this processor classifies bytes. Any thread.
struct byte_classifier {
  /// The letters, line ends and leads of `blocks` blocks, the first of which
  /// is number `first`. One byte behind the last must be readable.
  void (*bytes)(const char* text, std::size_t blocks, mask_batch& out,
                std::size_t first);
  /// The signatures of the same; those blocks that have any, the first of the
  /// batch in the lowest bit. Two bytes behind the last must be readable.
  std::uint64_t (*signatures)(const char* text, std::size_t blocks,
                              mask_batch& out, std::size_t first);
  /// What follows from the bytes.
  block_sets (*ends)(mask_batch& of, std::size_t blocks);
  /// Of one block, where its `letters` end that may be text. `before` is
  /// `text_lanes` of the block before, and `text` of this one: may be the same.
  void (*text_ends)(const char* block, std::uint64_t letters,
                    std::uint64_t line_ends, const lane_masks& before,
                    lane_masks& text, lane_ends& out);

  /// Those that this processor can run, of which the last is the fastest and
  /// the first runs on any.
  static std::span<const byte_classifier> usable() noexcept;
  static const byte_classifier& best() noexcept { return usable().back(); }
};

}  // namespace tokensieve
