#include "pipeline/chunk_linker.h"

#include "schemas/stream_hash.h"

#include <algorithm>
#include <optional>

namespace tokensieve {
namespace {

constexpr std::size_t k_fewest_slots = 1024;

// A name, a key, a log that counts its chunks and a record that holds all of a
// log are never one stream.
std::uint64_t stream_of(const record& from, const log_chunk& found,
                        std::size_t index) noexcept {
  const std::uint64_t hash =
      mix_hash(reinterpret_cast<std::uintptr_t>(from.source_name),
               std::uint64_t{static_cast<std::uint32_t>(from.partition)});
  if (found.stream)
    return mix_hash(mix_hash(hash, std::uint64_t{found.sequence ? 3U : 1U}),
                    *found.stream);
  if (from.key.empty())
    return mix_hash(mix_hash(hash, std::uint64_t{4}), index);
  return mix_hash(mix_hash(hash, std::uint64_t{found.sequence ? 2U : 0U}),
                  from.key);
}

}  // namespace

void chunk_linker::begin() noexcept {
  std::ranges::fill(slots_, 0);
  used_ = 0;
}

void chunk_linker::note(batch& work, std::size_t index,
                        const event_reader& reader, bool hit) {
  const record& from = work.records[index];
  if (from.window || from.too_large) return;
  const auto found = reader.chunks();
  const bool lone = found.size() == 1 && from.key.empty();
  for (const log_chunk& one : found) {
    if (lone && !one.stream) return;
    if (work.chunks.empty()) work.chunks.reserve(work.records.size() - index);
    chunk& piece = work.chunks.emplace_back();
    piece.text = from.value.substr(one.begin, one.size);
    piece.event = from.value.substr(one.event_begin, one.event_size);
    piece.stream = stream_of(from, one, index);
    piece.sequence = one.sequence.value_or(0);
    piece.numbered = one.sequence.has_value();
    piece.named = one.stream || !from.key.empty();
    piece.index = static_cast<std::uint32_t>(index);
    piece.escaped = one.escaped;
    piece.field = one.field;
    if (hit) find_open_ends(from.value, piece);
    link(work.chunks, static_cast<std::uint32_t>(work.chunks.size() - 1));
  }
}

// With the byte in front of the text and the one behind it: they were part of
// what the prefilter saw.
void chunk_linker::find_open_ends(std::string_view value, chunk& piece) {
  const std::string_view text = piece.text;
  const auto begin = static_cast<std::size_t>(text.data() - value.data());
  const std::size_t first = begin - std::min<std::size_t>(begin, 1);
  const std::size_t end = begin + text.size() + 1;
  const std::size_t reach = std::min(text.size(), k_seam_reach);
  piece.head_open =
      scanner_.may_hold_token(value.substr(first, begin + reach + 1 - first));
  const bool open =
      reach == text.size()
          ? piece.head_open
          : scanner_.may_hold_token(value.substr(end - 1 - reach, reach + 1));
  if (open) piece.reach = k_seam_reach;
}

void chunk_linker::link(std::vector<chunk>& chunks, std::uint32_t number) {
  chunk& added = chunks[number];
  std::uint32_t& slot = slot_of(chunks, added.stream);
  const std::uint32_t last = slot;
  slot = number + 1;
  added.line_end = holds_line_end(added.text, added.escaped);
  if (last == 0) {
    if (2 * ++used_ > slots_.size()) grow(chunks);
    return;
  }
  chunk& before = chunks[last - 1];
  // The lines of one event share its number.
  const bool follows =
      before.sequence + 1 == added.sequence ||
      (before.sequence == added.sequence && before.index == added.index);
  if (added.numbered && !follows) return;
  before.next = number;
  added.before = last - 1;
  const std::string_view left = left_of_cut(chunks, last - 1, {}, left_);
  added.across = border_.may_hide_token(left, added.text, before.escaped);
  added.unsure =
      left.data() != before.text.data() && !seam_border::is_enough(left);
  if (added.across && added.text.size() <= k_seam_reach) {
    added.reach = k_seam_reach;
  } else if (before.reach > added.text.size()) {
    added.reach =
        std::max(added.reach,
                 static_cast<std::uint16_t>(before.reach - added.text.size()));
  }
}

std::uint32_t& chunk_linker::slot_of(const std::vector<chunk>& chunks,
                                     std::uint64_t stream) {
  if (slots_.empty()) slots_.assign(k_fewest_slots, 0);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = stream & mask;
  while (slots_[at] != 0 && chunks[slots_[at] - 1].stream != stream)
    at = (at + 1) & mask;
  return slots_[at];
}

void chunk_linker::grow(const std::vector<chunk>& chunks) {
  const std::vector<std::uint32_t> old = std::move(slots_);
  slots_.assign(old.size() * 2, 0);
  for (const std::uint32_t last : old) {
    if (last != 0) slot_of(chunks, chunks[last - 1].stream) = last;
  }
}

std::string_view left_of_cut(const std::vector<chunk>& chunks,
                             std::uint32_t number,
                             std::string_view before_batch,
                             std::string& scratch) {
  const std::string_view last = chunks[number].text;
  if (seam_border::is_enough(last)) return last;
  std::size_t size = last.size();
  std::uint32_t first = number;
  while (size < k_seam_border && chunks[first].before != chunk::k_none) {
    first = chunks[first].before;
    size += chunks[first].text.size();
  }
  scratch.clear();
  if (size < k_seam_border) scratch = before_batch;
  for (std::uint32_t i = first;; i = chunks[i].next) {
    scratch += chunks[i].text;
    if (i == number) break;
  }
  return scratch;
}

}  // namespace tokensieve
