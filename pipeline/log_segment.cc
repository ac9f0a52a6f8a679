#include "pipeline/log_segment.h"

#include "pipeline/fetch_lines.h"

#include <algorithm>

namespace tokensieve {
namespace {

constexpr std::size_t k_max_envelope = 4 << 10;

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

log_segment segment_store::operator[](std::size_t i) const noexcept {
  const entry& from = entries_[first_ + i];
  const std::string_view all = std::string_view(bytes_).substr(from.begin);
  log_segment made;
  made.before = all.substr(0, from.before);
  made.raw = all.substr(from.before, from.raw);
  made.behind = all.substr(from.before + from.raw, from.behind);
  made.escaped = from.escaped;
  made.open = from.open;
  made.cut = from.cut;
  made.line = from.line;
  made.column = from.column;
  made.field = from.field;
  made.from = from.from;
  return made;
}

void segment_store::push(const log_segment& added) {
  const auto size = [](std::string_view part) {
    return static_cast<std::uint32_t>(part.size());
  };
  const std::size_t more =
      added.before.size() + added.raw.size() + added.behind.size();
  // What is dropped is moved over where memory would be needed else: a byte
  // moves a few times at most.
  if (4 * first_ > entries_.size() &&
      (entries_.size() == entries_.capacity() ||
       bytes_.size() + more > bytes_.capacity())) {
    move_up();
  }
  entries_.push_back({.from = added.from,
                      .line = added.line,
                      .column = added.column,
                      .field = added.field,
                      .begin = size(bytes_),
                      .before = size(added.before),
                      .raw = size(added.raw),
                      .behind = size(added.behind),
                      .escaped = added.escaped,
                      .open = added.open,
                      .cut = added.cut});
  bytes_ += added.before;
  bytes_ += added.raw;
  bytes_ += added.behind;
  text_size_ += added.raw.size();
}

void segment_store::drop_first(std::size_t count) {
  for (; count > 0; --count)
    text_size_ -= entries_[first_++].raw;
  if (first_ == entries_.size()) {
    entries_.clear();
    bytes_.clear();
    first_ = 0;
    return;
  }
}

void segment_store::move_up() {
  const std::uint32_t begin = entries_[first_].begin;
  bytes_.erase(0, begin);
  entries_.erase(entries_.begin(),
                 entries_.begin() + static_cast<std::ptrdiff_t>(first_));
  for (entry& one : entries_)
    one.begin -= begin;
  first_ = 0;
}

void segment_store::fetch() const noexcept {
  const std::size_t size = bytes_.size();
  constexpr std::size_t k_more = 256;
  fetch_lines(bytes_.data() + size,
              bytes_.data() + std::min(size + k_more, bytes_.capacity()));
  const std::size_t count = entries_.size();
  fetch_lines(entries_.data() + count,
              entries_.data() + std::min(count + 1, entries_.capacity()));
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
