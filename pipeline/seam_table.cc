#include "pipeline/seam_table.h"

#include "pipeline/masker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tokensieve {
namespace {

// Chunks of a byte each must not hold an envelope for each byte.
constexpr std::size_t k_max_segments = 256;
// Gaps of one log that are waited for.
constexpr std::size_t k_max_runs = 64;
// Segments kept for what comes next.
constexpr std::size_t k_max_spare = 64;
// A log's places in list and map.
constexpr std::size_t k_log_bytes = 256;

/// Takes the findings that a joined one replaces out of the record's own.
void take_out(batch& work, std::size_t index, const seam_token& better) {
  const auto own = std::ranges::lower_bound(
      work.inspected, index, {},
      [](const inspected_record& one) { return one.index; });
  if (own == work.inspected.end() || own->index != index) return;
  std::erase_if(own->tokens, [&](const leaked_token& token) {
    return token.found.fingerprint == better.token.found.fingerprint &&
           token.where.line == better.seen_line &&
           token.where.column == better.seen_column &&
           token.where.field == better.seen_in->field;
  });
}

}  // namespace

seam_table::run::run(std::uint64_t number)
    : first(number), last(number), bytes(sizeof(run)) {}

void seam_table::run::grow(const record& input, const chunk& piece, bool across,
                           log_segments& spare) {
  if (piece.sequence && first != 0 && !head_is_full()) {
    head.push_back(std::make_unique<log_segment>());
    head.back()->take_head(input, piece);
    bytes += head.back()->bytes();
  }
  // What stands before is not next to the last bytes of a long chunk.
  if (piece.tail != 0) {
    drop(tail.size(), spare);
    whole = false;
  } else {
    trim(piece.text.size(), 1, spare);
  }
  std::unique_ptr<log_segment> added;
  if (spare.empty()) {
    added = std::make_unique<log_segment>();
  } else {
    added = std::move(spare.back());
    spare.pop_back();
  }
  added->take_tail(input, piece);
  added->open |= across;
  add(std::move(added));
}

void seam_table::run::append(run&& behind, log_segments& spare) {
  last = behind.last;
  if (first != 0) {
    for (auto& one : behind.head) {
      if (head_is_full()) break;
      bytes += one->bytes();
      head.push_back(std::move(one));
    }
  }
  if (!behind.whole) {
    drop(tail.size(), spare);
    whole = false;
  }
  for (auto& one : behind.tail)
    add(std::move(one));
  trim(0, 0, spare);
}

bool seam_table::run::head_is_full() const noexcept {
  std::size_t size_of_head = 0;
  for (const auto& one : head)
    size_of_head += one->raw_size;
  // The head of a long chunk may end so much earlier.
  return head.size() >= k_max_segments ||
         size_of_head > k_seam_reach - k_longest_escape;
}

void seam_table::run::add(std::unique_ptr<log_segment> segment) {
  const std::string_view raw = segment->raw();
  if (raw.size() >= k_seam_border) {
    border.assign(raw.substr(raw.size() - k_seam_border));
  } else {
    border += raw;
    border.erase(0, border.size() - std::min(border.size(), k_seam_border));
  }
  size += raw.size();
  open += segment->open ? 1 : 0;
  bytes += segment->bytes();
  tail.push_back(std::move(segment));
}

void seam_table::run::trim(std::size_t coming, std::size_t segments,
                           log_segments& spare) {
  std::size_t count = 0;
  std::size_t left = size + coming;
  for (const auto& one : tail) {
    if (left - one->raw_size < k_seam_reach &&
        tail.size() - count + segments <= k_max_segments) {
      break;
    }
    left -= one->raw_size;
    ++count;
  }
  drop(count, spare);
}

void seam_table::run::drop(std::size_t count, log_segments& spare) {
  if (count == 0) return;
  whole = false;
  const auto end = tail.begin() + static_cast<std::ptrdiff_t>(count);
  for (auto one = tail.begin(); one != end; ++one) {
    size -= (*one)->raw_size;
    open -= (*one)->open ? 1 : 0;
    bytes -= (*one)->bytes();
    if (spare.size() < k_max_spare) spare.push_back(std::move(*one));
  }
  tail.erase(tail.begin(), end);
}

seam_table::seam_table(std::shared_ptr<const signatures> patterns,
                       token_confidence min_confidence, std::size_t depth,
                       std::size_t max_bytes)
    : scanner_(std::move(patterns), min_confidence, depth),
      max_bytes_(max_bytes) {
  arriving_.push_back(std::make_unique<log_segment>());
}

void seam_table::clear() noexcept {
  by_stream_.clear();
  logs_.clear();
  bytes_ = 0;
}

void seam_table::join(batch& work, std::vector<completed>& out) {
  for (const chunk& piece : work.chunks)
    take(work, piece, out);
}

void seam_table::take(batch& work, const chunk& piece,
                      std::vector<completed>& out) {
  log_state& log = find_log(piece.stream);
  const std::uint64_t number = piece.sequence.value_or(0);
  // The first run that does not end before the chunk, and the one before it.
  auto behind = piece.sequence
                    ? std::ranges::lower_bound(log.runs, number, {}, &run::last)
                    : log.runs.end();
  if (behind != log.runs.end() && behind->first <= number) return;  // repeated
  log.line_end = log.line_end || piece.line_end;
  const bool lines = !log.line_end;

  bytes_ -= log.bytes;
  const bool follows =
      behind != log.runs.begin() &&
      (!piece.sequence || std::prev(behind)->last + 1 == number);
  if (follows) {
    --behind;
    join_before(work, piece, lines, *behind, out);
  } else {
    behind = log.runs.insert(behind, run(number));
    behind->grow(work.records[piece.index], piece, false, spare_);
  }
  const auto next = std::next(behind);
  if (next != log.runs.end() && next->first == number + 1) {
    join_behind(work, piece, lines, *behind, *next, out);
    log.runs.erase(next);
  }
  if (log.runs.size() > k_max_runs) log.runs.erase(log.runs.begin());
  log.bytes = k_log_bytes;
  for (const run& one : log.runs)
    log.bytes += one.bytes;
  bytes_ += log.bytes;
  give_up_old();
}

void seam_table::join_before(batch& work, const chunk& piece, bool lines,
                             run& before, std::vector<completed>& out) {
  const record& input = work.records[piece.index];
  const bool across = scanner_.may_lie_across(before.border, piece.text);
  if (across || piece.hit || before.open != 0) {
    arriving_.front()->take_head(input, piece);
    scanner_.scan(before.tail, arriving_, lines, true, found_);
    hand_out(work, piece, true, out);
  }
  before.last = piece.sequence.value_or(0);
  before.grow(input, piece, across, spare_);
}

void seam_table::join_behind(batch& work, const chunk& piece, bool lines,
                             run& grown, run& behind,
                             std::vector<completed>& out) {
  std::string raw;
  bool maybe = grown.open != 0;
  for (const auto& one : behind.head) {
    raw += one->raw();
    maybe |= one->open;
  }
  if (scanner_.may_lie_across(grown.border, raw) || maybe) {
    scanner_.scan(grown.tail, behind.head, lines, false, found_);
    hand_out(work, piece, false, out);
  }
  grown.append(std::move(behind), spare_);
}

seam_table::log_state& seam_table::find_log(std::uint64_t stream) {
  const auto [known, added] = by_stream_.try_emplace(stream);
  if (added) {
    logs_.emplace_front().stream = stream;
    known->second = logs_.begin();
  } else {
    logs_.splice(logs_.begin(), logs_, known->second);
  }
  return logs_.front();
}

void seam_table::hand_out(batch& work, const chunk& piece, bool fresh,
                          std::vector<completed>& out) {
  if (found_.empty()) return;
  std::vector<leaked_token> tokens;
  for (seam_token& one : found_) {
    if (fresh && one.seen_in != nullptr) take_out(work, piece.index, one);
    tokens.push_back(std::move(one.token));
  }
  mask_strings(scanner_.tokens(), tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    out.push_back(
        {piece.index, std::move(tokens[i]), std::move(found_[i].origin)});
  }
  found_.clear();
}

void seam_table::give_up_old() noexcept {
  while (bytes_ > max_bytes_ && !logs_.empty()) {
    bytes_ -= logs_.back().bytes;
    by_stream_.erase(logs_.back().stream);
    logs_.pop_back();
    ++evicted_;
  }
}

}  // namespace tokensieve
