#include "pipeline/segment_store.h"

#include "pipeline/fetch_lines.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

namespace tokensieve {
namespace {

/// What is known of a segment but for its place, in front of the event around
/// its text: what hardly differs between neighbours comes first.
struct segment_facts {
  const std::string* source_name = nullptr;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::int32_t partition = 0;
  std::optional<token_encoding> compression;
  bool has_timestamp = false;
  bool escaped = false;
  bool open = false;
  bool cut = false;
  log_field field;
};
static_assert(std::is_trivially_copyable_v<segment_facts>);

/// All that stands around a text, in one piece.
class surroundings {
 public:
  explicit surroundings(const log_segment& of) noexcept {
    const segment_facts facts{.source_name = of.from.source_name,
                              .line = of.line,
                              .column = of.column,
                              .partition = of.from.partition,
                              .compression = of.from.compression,
                              .has_timestamp = of.from.timestamp_ms.has_value(),
                              .escaped = of.escaped,
                              .open = of.open,
                              .cut = of.cut,
                              .field = of.field};
    add({reinterpret_cast<const char*>(&facts), sizeof(facts)});
    add(of.before);
    add(of.behind);
  }
  [[nodiscard]] std::string_view bytes() const noexcept {
    return {bytes_.data(), size_};
  }

 private:
  void add(std::string_view part) noexcept {
    size_ += part.copy(bytes_.data() + size_, part.size());
  }

  std::array<char, sizeof(segment_facts) + k_max_envelope> bytes_;
  std::size_t size_ = 0;
};

std::uint64_t word_at(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// So many bytes in which two words do not differ stand in front, and behind.
static_assert(std::endian::native == std::endian::little);
std::size_t same_in_front(std::uint64_t difference) noexcept {
  return static_cast<std::size_t>(std::countr_zero(difference)) / 8;
}
std::size_t same_behind(std::uint64_t difference) noexcept {
  return static_cast<std::size_t>(std::countl_zero(difference)) / 8;
}

std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t k_word = sizeof(std::uint64_t);
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t at = 0;
  for (; size - at >= k_word; at += k_word) {
    const std::uint64_t difference =
        word_at(a.data() + at) ^ word_at(b.data() + at);
    if (difference != 0) return at + same_in_front(difference);
  }
  while (at < size && a[at] == b[at])
    ++at;
  return at;
}

std::size_t common_suffix(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t k_word = sizeof(std::uint64_t);
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t at = 0;
  for (; size - at >= k_word; at += k_word) {
    const std::uint64_t difference =
        word_at(a.data() + a.size() - at - k_word) ^
        word_at(b.data() + b.size() - at - k_word);
    if (difference != 0) return at + same_behind(difference);
  }
  while (at < size && a[a.size() - at - 1] == b[b.size() - at - 1])
    ++at;
  return at;
}

}  // namespace

std::uint32_t segment_store::header::size() const noexcept {
  return static_cast<std::uint32_t>(sizeof(header)) + text + around - prefix -
         suffix;
}

segment_store::header segment_store::header_at(
    std::uint32_t at) const noexcept {
  header found;
  std::memcpy(&found, memory_.get() + at, sizeof(found));
  return found;
}

std::string_view segment_store::text_at(std::uint32_t at) const noexcept {
  return {memory_.get() + at + sizeof(header), header_at(at).text};
}

std::string_view segment_store::kept_at(std::uint32_t at) const noexcept {
  const char* const begin = memory_.get() + at;
  const header found = header_at(at);
  return {begin + sizeof(header) + found.text, begin + found.size()};
}

std::uint32_t segment_store::before(std::uint32_t at) const noexcept {
  return (at == 0 ? limit_ : at) - header_at(at).previous;
}

std::string_view segment_store::newest_text() const noexcept {
  return empty() ? std::string_view() : text_at(newest_);
}

std::string_view segment_store::last_text(std::size_t size,
                                          std::string& scratch) const {
  scratch.clear();
  std::uint32_t at = newest_;
  for (std::size_t left = count_; left > 0 && scratch.size() < size; --left) {
    scratch.insert(0, text_at(at));
    if (left > 1) at = before(at);
  }
  const std::string_view all = scratch;
  return all.substr(all.size() - std::min(all.size(), size));
}

void segment_store::read_last(std::size_t text, kept_segments& into) const {
  into.segments.clear();
  into.around.clear();
  std::string_view newer;
  std::uint32_t at = newest_;
  std::size_t size = 0;
  for (std::size_t left = count_; left > 0 && size < text; --left) {
    const header found = header_at(at);
    std::string& around = into.around.emplace_back();
    around.reserve(found.around);
    around += newer.substr(0, found.prefix);
    around += kept_at(at);
    around += newer.substr(newer.size() - found.suffix);
    newer = around;

    segment_facts facts;
    std::memcpy(&facts, around.data(), sizeof(facts));
    log_segment& made = into.segments.emplace_back();
    made.raw = text_at(at);
    made.before = newer.substr(sizeof(facts), found.before);
    made.behind = newer.substr(sizeof(facts) + found.before);
    made.escaped = facts.escaped;
    made.open = facts.open;
    made.cut = facts.cut;
    made.line = facts.line;
    made.column = facts.column;
    made.field = facts.field;
    made.from = {.source_name = facts.source_name,
                 .partition = facts.partition,
                 .offset = found.offset,
                 .timestamp_ms = {},
                 .compression = facts.compression};
    if (facts.has_timestamp) made.from.timestamp_ms = found.timestamp_ms;
    size += made.raw.size();
    if (left > 1) at = before(at);
  }
}

std::size_t segment_store::oldest_text_size() const noexcept {
  return header_at(oldest_).text;
}

void segment_store::push(const log_segment& added) {
  const surroundings full(added);
  const std::string_view around = full.bytes();
  header last{};
  if (!empty()) {
    last = header_at(newest_);
    std::string_view kept = kept_at(newest_);
    last.prefix = static_cast<std::uint16_t>(common_prefix(kept, around));
    kept.remove_prefix(last.prefix);
    last.suffix = static_cast<std::uint16_t>(
        common_suffix(kept, around.substr(last.prefix)));
  }
  const std::uint32_t shared = last.prefix + last.suffix;
  header made{.offset = added.from.offset,
              .timestamp_ms = added.from.timestamp_ms.value_or(0),
              .previous = 0,
              .text = static_cast<std::uint16_t>(added.raw.size()),
              .before = static_cast<std::uint16_t>(added.before.size()),
              .around = static_cast<std::uint16_t>(around.size()),
              .prefix = 0,
              .suffix = 0};
  const std::uint32_t size = made.size();
  if (!has_room(end_ - shared, size)) grow(size - std::min(size, shared));

  // From here on nothing throws.
  if (!empty()) {
    made.previous = static_cast<std::uint16_t>(last.size());
    char* const kept = memory_.get() + newest_ + sizeof(header) + last.text;
    std::memmove(kept, kept + last.prefix, last.around - shared);
    std::memcpy(memory_.get() + newest_, &last, sizeof(last));
    end_ = newest_ + last.size();
  }
  if (!goes_round() && capacity_ - end_ < size) {
    limit_ = end_;
    end_ = 0;
  }
  newest_ = end_;
  char* at = memory_.get() + newest_;
  std::memcpy(at, &made, sizeof(made));
  at += sizeof(made);
  at += added.raw.copy(at, added.raw.size());
  around.copy(at, around.size());
  end_ += size;
  ++count_;
  text_size_ += made.text;
}

bool segment_store::has_room(std::uint32_t end, std::size_t size) const {
  if (goes_round()) return oldest_ - end >= size;
  return capacity_ - end >= size || oldest_ >= size;
}

void segment_store::grow(std::size_t more) {
  const std::uint32_t front = goes_round() ? limit_ - oldest_ : 0;
  const std::uint32_t used = goes_round() ? front + end_ : end_ - oldest_;
  // The first segment of a log may be its last one.
  std::size_t size = used + more;
  if (capacity_ != 0) size += size / 4;
  auto memory = std::make_unique_for_overwrite<char[]>(size);
  if (goes_round()) {
    std::memcpy(memory.get(), memory_.get() + oldest_, front);
    std::memcpy(memory.get() + front, memory_.get(), end_);
    newest_ += front;
  } else if (!empty()) {
    std::memcpy(memory.get(), memory_.get() + oldest_, used);
    newest_ -= oldest_;
  }
  memory_ = std::move(memory);
  capacity_ = static_cast<std::uint32_t>(size);
  oldest_ = 0;
  end_ = used;
}

void segment_store::drop_oldest() noexcept {
  const header dropped = header_at(oldest_);
  text_size_ -= dropped.text;
  if (--count_ == 0) return clear();
  const bool round = goes_round();
  oldest_ += dropped.size();
  if (round && oldest_ == limit_) oldest_ = 0;
}

void segment_store::clear() noexcept {
  oldest_ = newest_ = end_ = 0;
  count_ = 0;
  text_size_ = 0;
}

void segment_store::fetch() const noexcept {
  constexpr std::uint32_t k_more = 128;
  const std::uint32_t end = std::min(end_ + k_more, capacity_);
  fetch_lines(memory_.get() + newest_, memory_.get() + end);
  if (count_ > 1) {
    fetch_lines(memory_.get() + oldest_,
                memory_.get() + oldest_ + sizeof(header));
  }
}

}  // namespace tokensieve
