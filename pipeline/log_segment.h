#pragma once

#include "pipeline/batch.h"
#include "schemas/event_reader.h"
#include "schemas/leak.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A part of a chunk next to a cut, and what is needed to describe a token
/// that begins in it. Its views point into a batch or a segment_store.
struct log_segment {
  std::string_view raw;  ///< at most k_seam_reach bytes, as in the event
  /// The event around the text; empty where it is long.
  std::string_view before;
  std::string_view behind;

  bool escaped = false;
  bool open = false;       ///< of a head: the prefilter matches in it
  bool cut = false;        ///< its chunk goes on behind it
  std::uint64_t line = 1;  ///< of its first byte
  std::uint64_t column = 1;
  log_field field;
  record_place from;
};

/// The first bytes of a chunk, and the last ones.
[[nodiscard]] log_segment head_of(const record& input, const chunk& piece);
[[nodiscard]] log_segment tail_of(const record& input, const chunk& piece);

/// Segments of one log that follow each other without a gap, and have outlived
/// their batches. Keeps its memory.
class segment_store {
 public:
  [[nodiscard]] std::size_t size() const noexcept {
    return entries_.size() - first_;
  }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// Of their raw text.
  [[nodiscard]] std::size_t text_size() const noexcept { return text_size_; }

  /// The raw text of a segment, and all of it. Valid until the next change.
  [[nodiscard]] std::string_view raw(std::size_t i) const noexcept {
    const entry& from = entries_[first_ + i];
    return std::string_view(bytes_).substr(from.begin + from.before, from.raw);
  }
  [[nodiscard]] log_segment operator[](std::size_t i) const noexcept;

  /// Begins to fetch what a push will touch.
  void fetch() const noexcept;

  void push(const log_segment& added);
  /// REQUIRES: count <= size().
  void drop_first(std::size_t count);

  /// Memory that it takes.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return bytes_.capacity() + entries_.capacity() * sizeof(entry);
  }

 private:
  /// A segment but for its bytes: the event in front of the text, the text, the
  /// event behind it.
  struct entry {
    record_place from;
    std::uint64_t line;
    std::uint64_t column;
    log_field field;
    std::uint32_t begin;
    std::uint32_t before;
    std::uint32_t raw;
    std::uint32_t behind;
    bool escaped;
    bool open;
    bool cut;
  };

  void move_up();

  std::string bytes_;
  std::vector<entry> entries_;
  std::size_t first_ = 0;  ///< those before it are dropped
  std::size_t text_size_ = 0;
};

/// The number of the document that the text stands in, if it is one of many.
[[nodiscard]] std::optional<std::uint64_t> index_of(const log_field& field);

[[nodiscard]] leak_origin origin_of(const record_place& place);

/// What is known of the text that the segment is of, but for the place in it.
[[nodiscard]] leak describe(const log_segment& segment, event_reader& reader);

}  // namespace tokensieve
