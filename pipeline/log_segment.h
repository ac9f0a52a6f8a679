#pragma once

#include "pipeline/batch.h"
#include "schemas/event_reader.h"
#include "schemas/leak.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tokensieve {

/// More of an event than this is not kept.
inline constexpr std::size_t k_max_envelope = 4 << 10;

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

/// Segments of one log that follow each other without a gap.
using log_segments = std::vector<log_segment>;

/// The first bytes of a chunk, and the last ones.
[[nodiscard]] log_segment head_of(const record& input, const chunk& piece);
[[nodiscard]] log_segment tail_of(const record& input, const chunk& piece);

/// The number of the document that the text stands in, if it is one of many.
[[nodiscard]] std::optional<std::uint64_t> index_of(const log_field& field);

[[nodiscard]] leak_origin origin_of(const record_place& place);

/// What is known of the text that the segment is of, but for the place in it.
[[nodiscard]] leak describe(const log_segment& segment, event_reader& reader);

}  // namespace tokensieve
