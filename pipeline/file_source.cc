#include "pipeline/file_source.h"

#include "pipeline/event_weight.h"
#include "schemas/event_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>

namespace tokensieve {
namespace {

// Large enough that a batch's overhead does not count, small enough that the
// workers share a file and stay within their caches.
constexpr std::size_t k_block = 256 << 10;
// A token's name and registry may stand this far in front of it.
constexpr std::size_t k_context = 4 << 10;
// Where a window must end within a line, bytes behind a token decide whether
// it ends there.
constexpr std::size_t k_lookahead = 128;
constexpr std::size_t k_padding = 64;
constexpr std::chrono::milliseconds k_patience{1000};

// Sums of one byte, so that the compiler makes vectors of them: a count of
// eight bytes costs more than all else that a log without a token does.
std::uint64_t count_line_ends(std::string_view text) {
  constexpr std::size_t k_lanes = 32;
  constexpr std::size_t k_rows = 255;  // before a sum overflows
  std::uint64_t count = 0;
  while (text.size() >= k_lanes) {
    const std::size_t rows = std::min(k_rows, text.size() / k_lanes);
    std::array<std::uint8_t, k_lanes> sums{};
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < k_lanes; ++i) {
        const bool is_end = text[row * k_lanes + i] == '\n';
        sums[i] = static_cast<std::uint8_t>(sums[i] + (is_end ? 1 : 0));
      }
    }
    count = std::accumulate(sums.begin(), sums.end(), count);
    text.remove_prefix(rows * k_lanes);
  }
  return count + static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

file_source::file_source(std::vector<std::string> files, scan_input input,
                         std::uint64_t max_event_bytes, memory_units& units,
                         report on_problem)
    : input_(input),
      max_event_bytes_(max_event_bytes),
      units_(units),
      on_problem_(std::move(on_problem)),
      waiting_(std::make_move_iterator(files.begin()),
               std::make_move_iterator(files.end())) {}

batch_ptr file_source::next() {
  while (true) {
    if (!file_.is_open() && !open_next()) return nullptr;
    if (batch_ptr filled = read_batch()) return filled;
    file_.close();
  }
}

bool file_source::open_next() {
  while (!waiting_.empty()) {
    names_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    const std::string& name = names_.back();
    if (const std::string problem = file_.open(name); !problem.empty()) {
      refuse(problem);
      continue;
    }
    at_end_ = false;
    decided_ = input_ != scan_input::automatic;
    events_ = input_ == scan_input::events;
    rest_.clear();
    keep_context({});
    in_long_line_ = false;
    event_ = 0;
    return true;
  }
  return false;
}

void file_source::refuse(const std::string& problem) {
  ++unreadable_;
  on_problem_(names_.back(), problem);
}

std::size_t file_source::fill(char* into, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t got = file_.read(into + filled, size - filled);
    if (got == 0) {
      if (!file_.problem().empty()) refuse(file_.problem());
      at_end_ = true;
      break;
    }
    filled += got;
    // A pipe hands out what it has: findings must not wait for a full block,
    // only for a line.
    if (std::memchr(into + filled - got, '\n', got) != nullptr) break;
  }
  bytes_read_.fetch_add(filled, std::memory_order_relaxed);
  return filled;
}

// A first line that is a whole JSON document of its own; a pretty-printed
// document is text.
bool file_source::looks_like_events(std::string_view first) {
  const std::string_view line = first.substr(0, first.find('\n'));
  constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
  const std::size_t begin = line.find_first_not_of(
      " \t", line.starts_with(k_byte_order_mark) ? 3 : 0);
  if (begin == line.npos) return false;
  const std::string_view opening = line.substr(begin, 2);
  const bool claims_json = opening == "{\"" || opening == "{}" ||
                           opening == "[{" || opening == "[\"" ||
                           opening == "[[";
  if (!claims_json) return false;
  const auto reason = event_reader().check({.value = line, .content_type = {}});
  return !reason || *reason == dead_letter_reason::not_an_event;
}

// A batch is one buffer: the context, what was left of the last block, and
// what is read now. It ends at a line end unless the line is too long.
batch_ptr file_source::read_batch() {
  std::size_t room = k_block;
  std::string carried = std::move(rest_);
  rest_.clear();
  while (true) {
    const std::size_t context = context_.size();
    const std::size_t start = context + carried.size();
    const std::size_t capacity = start + room;
    std::optional<memory_units::lease> units;
    while (!units)
      units = units_.acquire(event_cost(capacity), k_patience);

    auto filled = std::make_unique<batch>();
    filled->units = std::move(*units);
    filled->arena =
        std::make_unique_for_overwrite<char[]>(capacity + k_padding);
    char* const buffer = filled->arena.get();
    context_.copy(buffer, context);
    carried.copy(buffer + context, carried.size());
    const std::size_t end = start + (at_end_ ? 0 : fill(buffer + start, room));
    std::memset(buffer + end, 0, k_padding);
    if (end == context) return nullptr;

    const std::string_view fresh(buffer + context, end - context);
    if (!decided_) {
      if (fresh.find('\n') == fresh.npos && !at_end_ &&
          fresh.size() <= max_event_bytes_) {
        carried.assign(fresh);
        room = std::max(k_block, carried.size());
        continue;
      }
      events_ = looks_like_events(fresh);
      decided_ = true;
    }

    // Hand out whole lines; keep the unfinished one. The end of an event that
    // is too long goes out without the events behind it.
    const bool ends_event = events_ && in_long_line_;
    const std::size_t last_end =
        ends_event ? fresh.find('\n') : fresh.rfind('\n');
    std::size_t take = fresh.size();
    bool within_line = false;
    if (last_end != fresh.npos && (!at_end_ || ends_event)) {
      take = last_end + 1;
    } else if (!at_end_) {
      if (fresh.size() <= max_event_bytes_) {
        carried.assign(fresh);
        room = std::max(k_block, carried.size());
        continue;
      }
      take = fresh.size() - k_lookahead;
      within_line = true;
    }
    rest_.assign(fresh.substr(take));
    const std::string_view text(buffer, context + fresh.size());
    const std::string_view handed(buffer, context + take);
    if (!events_) {
      add_window(*filled, within_line ? text : handed, context, handed.size());
    } else if (within_line || in_long_line_) {
      add_window(*filled, within_line ? text : handed, context, handed.size());
      filled->records.back().too_large = true;
      if (!in_long_line_) ++event_;
      filled->records.back().offset = static_cast<std::int64_t>(event_);
    } else {
      add_events(*filled, handed.substr(context));
    }
    in_long_line_ = within_line;
    keep_context(events_ && !within_line ? std::string_view{} : handed);
    filled->large = capacity > k_large_event;
    return filled;
  }
}

void file_source::add_events(batch& into, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    record& added = into.records.emplace_back();
    added.value = line;
    into.value_bytes += line.size();
    added.adjoins = true;
    added.readable_behind = lines.size() + k_padding;
    added.too_large = line.size() > max_event_bytes_;
    added.source_name = &names_.back();
    added.partition = record::k_file;
    added.compression = file_.compression();
    added.offset = static_cast<std::int64_t>(++event_);
  }
}

void file_source::add_window(batch& into, std::string_view text,
                             std::size_t context, std::size_t own_end) {
  record& added = into.records.emplace_back();
  added.window = text_window{.line = context_line_,
                             .column = context_column_,
                             .own_begin = context,
                             .own_end = own_end};
  added.value = text;
  into.value_bytes += text.size();
  added.readable_behind = k_padding;
  added.source_name = &names_.back();
  added.partition = record::k_file;
  added.compression = file_.compression();
}

// The next window begins with the end of what was handed out, so that a token
// sees its name and its registry, and knows the place of its first byte.
void file_source::keep_context(std::string_view handed) {
  if (handed.empty()) {
    context_.clear();
    context_line_ = 1;
    context_column_ = 1;
    return;
  }
  const std::size_t begin = handed.size() - std::min(handed.size(), k_context);
  const std::string_view before = handed.substr(0, begin);
  context_.assign(handed.substr(begin));
  context_line_ += count_line_ends(before);
  const std::size_t last_end = before.rfind('\n');
  context_column_ =
      last_end == before.npos ? context_column_ + begin : begin - last_end;
}

}  // namespace tokensieve
