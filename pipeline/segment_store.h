#pragma once

#include "pipeline/log_segment.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace tokensieve {

/// Segments that were read out of a segment_store, the newest first.
struct kept_segments {
  log_segments segments;
  /// Some of what they view.
  std::deque<std::string> around;
};

/// Segments of one log that follow each other without a gap, and have outlived
/// their batches. Made for very many logs: it takes little more than the texts
/// do, and the next segment is written where the last one stands.
///
/// Both lie in one piece of memory, which is used in a circle. What stands
/// around a text differs little from one event of a log to the next, so only
/// the newest segment has all of it, and of the others is kept what the one
/// behind them does not have as well.
class segment_store {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// Of their raw text.
  [[nodiscard]] std::size_t text_size() const noexcept { return text_size_; }

  /// The raw text of the newest segment, and the last `size` bytes of all, for
  /// which `scratch` is used. Valid until the next change.
  [[nodiscard]] std::string_view newest_text() const noexcept;
  [[nodiscard]] std::string_view last_text(std::size_t size,
                                           std::string& scratch) const;
  /// From the newest segment back to the first with which they have `text`
  /// bytes. Valid until the next change of `into` or of the store.
  void read_last(std::size_t text, kept_segments& into) const;

  /// The size of the oldest segment's text. REQUIRES: !empty().
  [[nodiscard]] std::size_t oldest_text_size() const noexcept;

  /// Begins to fetch what a push will touch.
  void fetch() const noexcept;

  /// REQUIRES: not more of an event than a chunk yields.
  void push(const log_segment& added);
  /// REQUIRES: !empty().
  void drop_oldest() noexcept;
  /// Keeps the memory.
  void clear() noexcept;

  /// Memory that it takes.
  [[nodiscard]] std::size_t bytes() const noexcept { return capacity_; }

 private:
  /// In front of the text and of what is kept of what stands around it.
  struct header {
    std::int64_t offset;
    std::int64_t timestamp_ms;
    std::uint16_t previous;  ///< size of the segment before it
    std::uint16_t text;
    std::uint16_t before;  ///< the event in front of the text
    std::uint16_t around;  ///< all that stands around the text
    // So much of that the next segment has as well.
    std::uint16_t prefix;
    std::uint16_t suffix;

    [[nodiscard]] std::uint32_t size() const noexcept;
  };

  [[nodiscard]] header header_at(std::uint32_t at) const noexcept;
  [[nodiscard]] std::string_view text_at(std::uint32_t at) const noexcept;
  /// What is kept of what stands around its text.
  [[nodiscard]] std::string_view kept_at(std::uint32_t at) const noexcept;
  [[nodiscard]] std::uint32_t before(std::uint32_t at) const noexcept;

  [[nodiscard]] bool goes_round() const noexcept { return newest_ < oldest_; }
  /// Is there room for so much behind `end`, or at the beginning?
  [[nodiscard]] bool has_room(std::uint32_t end, std::size_t size) const;
  void grow(std::size_t more);

  std::unique_ptr<char[]> memory_;
  std::uint32_t capacity_ = 0;
  std::uint32_t oldest_ = 0;
  std::uint32_t newest_ = 0;
  std::uint32_t end_ = 0;    ///< behind the newest
  std::uint32_t limit_ = 0;  ///< behind the one before the beginning
  std::uint32_t count_ = 0;
  std::uint32_t text_size_ = 0;
};

}  // namespace tokensieve
