#include "pipeline/log_segment.h"

#include <algorithm>
#include <optional>

namespace tokensieve {
namespace {

constexpr std::size_t k_max_envelope = 4 << 10;

}  // namespace

void log_segment::take_head(const record& input, const chunk& piece) {
  std::size_t size = piece.text.size();
  if (size > k_seam_reach) {
    raw_walk walk(piece.text, piece.escaped);
    walk.to(k_seam_reach - k_longest_escape + 1);
    size = walk.at();
  }
  open = piece.hit;
  cut = size < piece.text.size();
  line = 1;
  column = 1;
  take(input, piece, piece.text.substr(0, size));
}

void log_segment::take_tail(const record& input, const chunk& piece) {
  open = piece.open;
  cut = false;
  line = piece.line;
  column = piece.column;
  take(input, piece, piece.text.substr(piece.tail));
}

void log_segment::take(const record& input, const chunk& piece,
                       std::string_view text) {
  escaped = piece.escaped;
  field = piece.field;
  raw_size = text.size();
  buffer.assign(text);
  if (input.value.size() - piece.text.size() <= k_max_envelope) {
    const auto begin =
        static_cast<std::size_t>(piece.text.data() - input.value.data());
    buffer.append(input.value, 0, begin);
    buffer.append(input.value, begin + piece.text.size());
  }
  from = input;
}

leak_origin origin_of(const record_place& place) {
  if (place.partition == record::k_file) {
    return file_origin{.file = *place.source_name,
                       .record = static_cast<std::uint64_t>(place.offset)};
  }
  return kafka_origin{.topic = *place.source_name,
                      .partition = place.partition,
                      .offset = place.offset,
                      .timestamp_ms = place.timestamp_ms};
}

leak describe(const log_segment& segment, event_reader& reader) {
  leak out;
  out.kind = leak_kind::build_log;
  const event_bytes around{.value = segment.envelope(), .content_type = {}};
  // Without its text the event is as good as it was.
  const auto reason = reader.check(around);
  if (!segment.envelope().empty() &&
      (!reason || *reason == dead_letter_reason::not_an_event)) {
    out = reader.describe(0, segment.field);
  }
  out.field = segment.field;
  return out;
}

}  // namespace tokensieve
