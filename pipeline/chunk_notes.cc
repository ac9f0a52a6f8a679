#include "pipeline/chunk_notes.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t more) noexcept {
  hash = (hash ^ more) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 29);
}

}  // namespace

void note_chunk(batch& work, std::size_t index, const event_reader& reader,
                bool hit, scanner& with) {
  const record& from = work.records[index];
  auto found = reader.chunk();
  if (!found || found->size == 0 || (!found->stream && from.key.empty())) {
    return;
  }
  chunk piece;
  piece.index = index;
  // A name, a key and a log that counts its chunks are never one stream.
  piece.stream = mix(reinterpret_cast<std::uintptr_t>(from.source_name),
                     static_cast<std::uint32_t>(from.partition));
  piece.stream = mix(piece.stream,
                     (found->stream ? 1U : 0U) + (found->sequence ? 2U : 0U));
  piece.stream = mix(
      piece.stream,
      found->stream ? *found->stream : std::hash<std::string_view>()(from.key));
  piece.sequence = found->sequence;
  piece.text = from.value.substr(found->begin, found->size);
  piece.escaped = found->escaped;
  piece.field = std::move(found->field);
  piece.hit = hit;
  measure(piece);
  // Behind the tail's last byte anything may follow: it is looked at alone.
  piece.open = hit && with.may_hold_token(piece.text.substr(piece.tail));
  if (work.chunks.empty()) work.chunks.reserve(work.records.size() - index);
  work.chunks.push_back(std::move(piece));
}

}  // namespace tokensieve
