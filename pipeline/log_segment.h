#pragma once

#include "pipeline/batch.h"
#include "schemas/event_reader.h"
#include "schemas/leak.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tokensieve {

/// A part of a chunk that has outlived its batch, and what is needed to
/// describe a token that begins in it. Reused: assigning keeps the memory.
struct log_segment {
  /// At most k_seam_reach bytes, as they stand in the event.
  [[nodiscard]] std::string_view raw() const noexcept {
    return std::string_view(buffer).substr(0, raw_size);
  }
  /// The event's bytes around its text; empty where they are many.
  [[nodiscard]] std::string_view envelope() const noexcept {
    return std::string_view(buffer).substr(raw_size);
  }

  std::string buffer;  ///< both of them
  std::size_t raw_size = 0;
  bool escaped = false;
  bool open = false;       ///< the prefilter matches in it, or in its record
  bool cut = false;        ///< its chunk goes on behind it
  std::uint64_t line = 1;  ///< of its first byte
  std::uint64_t column = 1;
  std::string field;
  record_place from;

  /// Takes the first bytes of the chunk, at most k_seam_reach.
  void take_head(const record& input, const chunk& piece);
  /// Takes the last bytes of the chunk.
  void take_tail(const record& input, const chunk& piece);

  [[nodiscard]] std::size_t bytes() const noexcept {
    return sizeof(log_segment) + buffer.capacity();
  }

 private:
  void take(const record& input, const chunk& piece, std::string_view text);
};

[[nodiscard]] leak_origin origin_of(const record_place& place);

/// What is known of the text that the segment is of, but for the place in it.
[[nodiscard]] leak describe(const log_segment& segment, event_reader& reader);

}  // namespace tokensieve
