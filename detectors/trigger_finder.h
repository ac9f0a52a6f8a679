#pragma once

#include "detectors/block_reader.h"
#include "detectors/finding.h"
#include "detectors/letters.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

/// Where a text may hold a token in some encoding; of an event's raw bytes,
/// which nothing is decoded of, any.
struct text_trigger {
  token_encoding encoding;
  std::size_t begin;  ///< of letters: the first of a group that makes bytes
  std::size_t end;
};

/// What is known of a text while its triggers are looked for, so that nothing
/// is examined twice.
class trigger_filter {
 public:
  /// Up to where a trigger in place of `where` would lead to nothing new, for
  /// letters one of the same line and alignment; 0 where it would.
  [[nodiscard]] virtual std::size_t known_to(
      const text_trigger& where) noexcept = 0;

 protected:
  ~trigger_filter() = default;
};

/// Finds where a text may hold a token in base64, hex, or an encoding that
/// writes single letters in units, by what these make of any token, whatever
/// it is encoded in besides. So one pass over the text does for all names and
/// for all that may be nested. Not thread-safe; allocates nothing. The text and
/// the budget must outlive it; it finds no more when that is spent.
///
/// - Letters that decode to text: a token is 36 bytes at least, and so 47
///   letters of base64. They may be folded to lines of 8 and more. Where
///   another encoding interrupts them, 16 are enough.
/// - Units that stand for letters or digits, which no writer need encode.
/// - Zeros between letters, as UTF-16 has them.
/// - In an event's raw bytes, signatures in clear, and escapes that may hide
///   something.
class trigger_finder {
 public:
  explicit trigger_finder(
      std::string_view text, line_form form, work_budget& work,
      const byte_classifier& classify = byte_classifier::best()) noexcept
      : text_(text), form_(form), work_(work), blocks_(text, form, classify) {}

  /// From now on what `filter` knows is left out; it must outlive the finder.
  void set_filter(trigger_filter& filter) noexcept { filter_ = &filter; }

  /// Leaves out the blocks that end in front of `at`, but not what is left of
  /// the one in which a trigger was found.
  void skip_to(std::size_t at) noexcept;

  /// All that ends in front of it has been looked at, or left out.
  [[nodiscard]] std::size_t done_to() const noexcept {
    return block_ * k_mask_bytes;
  }

  /// The next trigger, or the next part of a long one: at least one in each
  /// block of k_mask_bytes. Nothing at the end of the text.
  /// Looks no further than the block that `limit` stands in, and goes on there.
  [[nodiscard]] std::optional<text_trigger> next(
      std::size_t limit = SIZE_MAX) noexcept;

 private:
  [[nodiscard]] bool is_raw() const noexcept {
    return form_ == line_form::raw || form_ == line_form::piece;
  }
  [[nodiscard]] bool next_block(std::size_t limit) noexcept;
  [[nodiscard]] std::size_t known_to(const text_trigger& where) const noexcept {
    return filter_ == nullptr ? 0 : filter_->known_to(where);
  }
  [[nodiscard]] std::optional<text_trigger> next_unit() noexcept;
  [[nodiscard]] std::optional<text_trigger> next_spaced() noexcept;
  [[nodiscard]] text_trigger next_signature() noexcept;
  template <const alphabet& Letters>
  [[nodiscard]] bool is_folded_piece(std::size_t group) noexcept;
  template <const alphabet& Letters>
  [[nodiscard]] std::optional<text_trigger> next_letters(
      unsigned phase) noexcept;

  std::string_view text_;
  line_form form_;
  work_budget& work_;
  trigger_filter* filter_ = nullptr;
  block_reader blocks_;

  // Of block `block_`: the leads and the ends of letters with bytes between
  // them that are still to be looked at and, by lane, where a piece of
  // plausible letters ends.
  std::uint64_t leads_ = 0;
  std::uint64_t spaced_ = 0;
  std::uint64_t signatures_ = 0;
  lane_masks ends_{};
  unsigned lane_ = k_lanes;
  std::size_t block_ = 0;
  std::size_t next_ = 0;

  // Once lines are looked at. An array of them would be cleared for each text.
  std::optional<line_memory> base64_lines_;
  std::optional<line_memory> hex_lines_;
};

}  // namespace tokensieve
