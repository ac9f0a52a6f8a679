#include "pipeline/log_segment.h"

namespace tokensieve {
namespace {

log_segment part_of(const record& input, const chunk& piece, std::size_t begin,
                    std::size_t end) {
  log_segment made;
  made.raw = piece.text.substr(begin, end - begin);
  if (piece.event.size() - piece.text.size() <= k_max_envelope) {
    const auto at =
        static_cast<std::size_t>(piece.text.data() - piece.event.data());
    made.before = piece.event.substr(0, at);
    made.behind = piece.event.substr(at + piece.text.size());
  }
  made.escaped = piece.escaped;
  made.open = piece.head_open;
  made.cut = end < piece.text.size();
  made.field = piece.field;
  made.from = input;
  return made;
}

}  // namespace

log_segment head_of(const record& input, const chunk& piece) {
  return part_of(input, piece, 0, head_size(piece.text, piece.escaped));
}

log_segment tail_of(const record& input, const chunk& piece) {
  const tail_place place = find_tail(piece.text, piece.escaped);
  log_segment made = part_of(input, piece, place.begin, piece.text.size());
  made.line = place.line;
  made.column = place.column;
  return made;
}

std::optional<std::uint64_t> index_of(const log_field& field) {
  if (field.document == log_field::k_none) return {};
  return std::uint64_t{field.document} + 1;
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
  std::string event(segment.before);
  event += segment.behind;
  const event_bytes around{.value = event, .content_type = {}};
  // Without its text the event is as good as it was.
  const auto reason = reader.check(around);
  if (!event.empty() &&
      (!reason || *reason == dead_letter_reason::not_an_event)) {
    out = reader.describe(0, segment.field.within());
  }
  out.field = segment.field.pointer();
  out.index = index_of(segment.field);
  return out;
}

}  // namespace tokensieve
