#pragma once

#include "detectors/byte_masks.h"
#include "detectors/letter_runs.h"
#include "detectors/letters.h"
#include "detectors/text_lanes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tokensieve {

/// A text in blocks of k_mask_bytes, of which those are looked for that hold
/// what `trigger_finder` looks at. Masks are made for 64 blocks at once, and
/// thinned out in loops that each do one thing: most of what they hold leads
/// nowhere, and then the block is not seen at all.
///
/// - Of leads, colours and other escapes that hide nothing are left out.
/// - Of letters, those that stand for no text, alignment by alignment, and what
///   is no line's end.
/// - Of letters with bytes between them, those that have others than zeros.
/// - Of signatures in raw bytes, what the bytes around refute.
class block_reader {
 public:
  /// The text must outlive it.
  block_reader(std::string_view text, line_form form,
               const byte_classifier& classify) noexcept;

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

  /// The first block of [from, end) to look at; `end` where there is none.
  /// REQUIRES: `from` is not in front of what was last found or skipped to,
  /// from < end <= count().
  [[nodiscard]] std::size_t find(std::size_t from, std::size_t end) noexcept;

  /// The next is looked for from here on. No letters that go on from a block in
  /// front of it are asked for.
  void skip_to(std::size_t block) noexcept;

  /// Of the block that was found: its leads; by lane, where pieces of letters
  /// end that may stand for text, and lines of them; and letters with bytes
  /// between them.
  [[nodiscard]] std::uint64_t leads(std::size_t block) const noexcept {
    return batch_.leads[block % k_batch];
  }
  [[nodiscard]] lane_masks ends(std::size_t block) const noexcept {
    return (with_ends_ >> block % k_batch & 1) != 0 ? ends_[block % k_batch]
                                                    : lane_masks{};
  }
  [[nodiscard]] std::uint64_t spaced(std::size_t block) const noexcept {
    return batch_.spaced[block % k_batch];
  }
  /// Of an event's raw bytes, where signatures stand: `raw_signature_end`.
  [[nodiscard]] std::uint64_t signatures(std::size_t block) const noexcept {
    return batch_.signatures[block % k_batch];
  }

 private:
  static constexpr std::size_t k_batch = mask_batch::k_blocks;
  // What is looked at with a block.
  static constexpr std::size_t k_bytes_behind = 2;

  [[nodiscard]] std::size_t whole_blocks() const noexcept;
  [[nodiscard]] const char* at(std::size_t block) const noexcept;
  void load(std::size_t first) noexcept;
  [[nodiscard]] two_masks letters(std::size_t block) const noexcept {
    const std::size_t i = block % k_batch;
    return {batch_.letters[i], batch_.letters[i + 1]};
  }
  [[nodiscard]] bool may_lead(std::size_t at) const noexcept;
  [[nodiscard]] bool keep_leads(std::size_t block) noexcept;
  [[nodiscard]] bool keep_ends(std::size_t block) noexcept;
  [[nodiscard]] bool keep_spaced(std::size_t block) noexcept;
  [[nodiscard]] bool keep_signatures(std::size_t block) noexcept;

  std::string_view text_;
  bool raw_;
  const byte_classifier& classify_;
  std::size_t count_;

  mask_batch batch_;
  std::uint64_t found_ = 0;  // of its blocks, those to look at
  std::uint64_t with_ends_ = 0;
  std::array<lane_masks, k_batch> ends_;  // of those with ends
  std::size_t batch_end_ = 0;

  // Of block `lanes_of_`, that the next may go on where it ends.
  lane_masks lanes_{};
  std::size_t lanes_of_ = SIZE_MAX;

  // The end of the text, filled up: two blocks where it ends with the first
  // byte of one.
  std::array<char, 2 * k_mask_bytes + k_bytes_behind> rest_;
};

}  // namespace tokensieve
