#include "pipeline/seam_table.h"

#include "pipeline/chunk_linker.h"
#include "pipeline/masker.h"
#include "pipeline/raw_walk.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <ranges>
#include <span>
#include <utility>

namespace tokensieve {
namespace {

// Chunks of a byte each must not hold an envelope for each byte.
constexpr std::size_t k_max_segments = 256;
// Neighbours are joined at a time, so that each byte is scanned a few times
// and not once for each short chunk behind it.
constexpr std::size_t k_max_joint = 16 * k_seam_reach;
// As much text as there is.
constexpr std::size_t k_all = std::numeric_limits<std::size_t>::max();
// Gaps of one log that are waited for.
constexpr std::size_t k_max_runs = 64;
// So many logs ahead a look-up begins.
constexpr std::size_t k_ahead = 8;

/// What inspection has found in record `index`.
std::vector<leaked_token>* tokens_of(batch& work, std::size_t index) {
  const auto own = std::ranges::lower_bound(
      work.inspected, index, {},
      [](const inspected_record& one) { return one.index; });
  if (own == work.inspected.end() || own->index != index) return nullptr;
  return &own->tokens;
}

/// Takes the findings that a joined one replaces out of the record's own.
void take_out(batch& work, std::size_t index, const seam_token& better) {
  std::vector<leaked_token>* const own = tokens_of(work, index);
  if (own == nullptr) return;
  std::erase_if(*own, [&](const leaked_token& token) {
    return token.found.fingerprint == better.token.found.fingerprint &&
           token.where.line == better.seen_line &&
           token.where.column == better.seen_column &&
           token.where.field == better.seen_in->pointer() &&
           token.where.index == index_of(*better.seen_in);
  });
}

}  // namespace

std::string_view seam_table::run::border(std::string& scratch) const {
  const std::string_view newest = tail.newest_text();
  if (seam_border::is_enough(newest)) return newest;
  return tail.last_text(k_seam_border, scratch);
}

bool seam_table::run::head_is_full() const noexcept {
  // The head of a long chunk may end so much earlier.
  return head.size() >= k_max_segments ||
         head.text_size() > k_seam_reach - k_longest_escape;
}

void seam_table::run::append(const run& behind, kept_segments& scratch) {
  last = behind.last;
  if (first != 0) {
    behind.head.read_last(k_all, scratch);
    for (const log_segment& one : scratch.segments | std::views::reverse) {
      if (head_is_full()) break;
      head.push(one);
    }
  }
  if (behind.whole) {
    reach = std::max(behind.reach,
                     reach - std::min(reach, behind.tail.text_size()));
  } else {
    tail.clear();
    whole = false;
    reach = behind.reach;
  }
  behind.tail.read_last(k_all, scratch);
  for (const log_segment& one : scratch.segments | std::views::reverse)
    tail.push(one);
  trim(0, 0);
}

void seam_table::run::trim(std::size_t coming, std::size_t segments) {
  while (!tail.empty() &&
         (tail.text_size() - tail.oldest_text_size() + coming >= k_seam_reach ||
          tail.size() + segments > k_max_segments)) {
    tail.drop_oldest();
    whole = false;
  }
}

seam_table::seam_table(std::shared_ptr<const signatures> patterns,
                       token_confidence min_confidence, std::size_t depth,
                       std::size_t max_bytes)
    : scanner_(std::move(patterns), min_confidence, depth),
      border_(scanner_.tokens()),
      max_bytes_(max_bytes) {}

void seam_table::clear() noexcept {
  logs_.clear();
  bytes_ = 0;
}

void seam_table::join(batch& work, std::vector<completed>& out) {
  firsts_.clear();
  for (std::uint32_t i = 0; i < work.chunks.size(); ++i) {
    if (work.chunks[i].before == chunk::k_none) firsts_.push_back(i);
  }
  for (std::size_t number = 0; number < firsts_.size(); ++number) {
    fetch_ahead(work, number);
    const std::uint32_t i = firsts_[number];
    const chunk& first = work.chunks[i];
    if (!first.named) unnamed_ = {};
    log_state& log = first.named ? logs_.heard_of(first.stream) : unnamed_;
    bytes_ -= log.bytes;
    for (std::uint32_t next = i; next != chunk::k_none;)
      next = take(work, next, log, out);
    if (!first.named) continue;
    log.bytes = log.runs.bytes();
    for (const run& one : log.runs.all())
      log.bytes += one.bytes();
    bytes_ += log.bytes;
    give_up_old();
  }
  std::ranges::stable_sort(out, {}, &completed::index);
}

std::uint32_t seam_table::take(batch& work, std::uint32_t number,
                               log_state& log, std::vector<completed>& out) {
  const chunk& piece = work.chunks[number];
  const std::uint64_t sequence = piece.sequence;
  // The first run that does not end before the chunk.
  const std::span<run> runs = log.runs.all();
  const auto behind =
      piece.numbered ? std::ranges::lower_bound(runs, sequence, {}, &run::last)
                     : runs.end();
  if (behind != runs.end() && behind->first <= sequence) {
    return piece.next;  // repeated
  }
  std::uint32_t end = number;
  while (end != chunk::k_none &&
         (behind == runs.end() || work.chunks[end].sequence < behind->first)) {
    end = work.chunks[end].next;
  }
  const bool follows =
      behind != runs.begin() &&
      (!piece.numbered || std::prev(behind)->last + 1 == sequence);
  auto at = static_cast<std::size_t>(behind - runs.begin());
  if (follows) {
    --at;
  } else {
    log.runs.insert(at).first = sequence;
  }
  run& into = log.runs.all()[at];
  walk(work, number, end, log, into, out);

  const auto next = log.runs.all().subspan(at + 1);
  if (!next.empty() && next.front().first == into.last + 1) {
    std::uint32_t last = number;
    while (work.chunks[last].next != end)
      last = work.chunks[last].next;
    join_behind(work, last, !log.line_end, into, next.front(), out);
    log.runs.erase(at + 1);
  }
  if (log.runs.all().size() > k_max_runs) log.runs.erase(0);
  return end;
}

// The batch knows of most chunks that there is nothing to be done.
void seam_table::walk(batch& work, std::uint32_t number, std::uint32_t end,
                      log_state& log, run& into, std::vector<completed>& out) {
  const std::string_view border = into.border(border_scratch_);
  std::size_t reach = into.reach;
  std::uint32_t last = number;
  bool lines = false;
  std::size_t joint_size = 0;
  joint_.clear();
  const auto join_joint = [&] {
    if (!joint_.empty()) join_before(work, number, into, lines, out);
    joint_.clear();
    joint_size = 0;
  };
  for (std::uint32_t i = number; i != end; i = work.chunks[i].next) {
    const chunk& piece = work.chunks[i];
    log.line_end = log.line_end || piece.line_end;
    const bool known = border.empty() || (i != number && !piece.unsure);
    bool across = piece.across;
    bool goes_on = reach > 0;
    if (!known || goes_on) {
      const std::string_view left =
          i == number ? border
                      : left_of_cut(work.chunks, last, border, scratch_);
      if (!known)
        across = border_.may_hide_token(left, piece.text, piece.escaped);
      goes_on = goes_on && border_.may_go_on(left, piece.text, piece.escaped);
    }
    const std::size_t size = piece.text.size();
    const bool joins = (i != number || !border.empty()) &&
                       (across || piece.head_open || goes_on);
    if (!joins || lines == log.line_end || joint_.size() == k_max_segments ||
        joint_size + std::min(size, k_seam_reach) > k_max_joint) {
      join_joint();
    }
    if (joins) {
      lines = !log.line_end;
      joint_.push_back(i);
      joint_size += size;
      // What stands behind the head of a long chunk is not next to it.
      if (size > k_seam_reach) join_joint();
    }
    reach = std::max<std::size_t>(piece.reach, reach - std::min(reach, size));
    if (across && size <= k_seam_reach) reach = k_seam_reach;
    last = i;
  }
  join_joint();
  store(work, number, last, into);
  into.reach = reach;
}

void seam_table::join_before(batch& work, std::uint32_t first,
                             const run& before, bool lines,
                             std::vector<completed>& out) {
  left_.clear();
  std::size_t size = 0;
  const auto add = [&](const log_segment& segment) {
    size += segment.raw.size();
    left_.push_back(segment);
    return size < k_seam_reach && !left_.back().cut &&
           left_.size() < k_max_segments;
  };
  bool more = true;
  for (std::uint32_t i = joint_.front(); more && i != first;) {
    i = work.chunks[i].before;
    const chunk& from = work.chunks[i];
    more = add(tail_of(work.records[from.index], from)) &&
           from.text.size() <= k_seam_reach;
  }
  if (more) before.tail.read_last(k_seam_reach - size, kept_);
  for (std::size_t i = 0; more && i < kept_.segments.size(); ++i)
    more = add(kept_.segments[i]);
  std::ranges::reverse(left_);
  right_.clear();
  own_.clear();
  for (const std::uint32_t i : joint_) {
    const chunk& piece = work.chunks[i];
    right_.push_back(head_of(work.records[piece.index], piece));
    const auto* const tokens = tokens_of(work, piece.index);
    own_.emplace_back();
    if (tokens != nullptr) own_.back() = *tokens;
  }
  scanner_.scan(left_, right_, lines, own_, found_);
  hand_out(work, true, out);
}

void seam_table::join_behind(batch& work, std::uint32_t number, bool lines,
                             run& grown, const run& behind,
                             std::vector<completed>& out) {
  std::string raw;
  bool maybe = grown.reach > 0;
  behind.head.read_last(k_all, kept_behind_);
  right_.assign(kept_behind_.segments.rbegin(), kept_behind_.segments.rend());
  for (const log_segment& one : right_) {
    raw += one.raw;
    maybe = maybe || one.open;
  }
  if (maybe || border_.may_hide_token(grown.border(border_scratch_), raw,
                                      work.chunks[number].escaped)) {
    grown.tail.read_last(k_seam_reach, kept_);
    left_.assign(kept_.segments.rbegin(), kept_.segments.rend());
    scanner_.scan(left_, right_, lines, {}, found_);
    joint_.assign(right_.size(), number);
    hand_out(work, false, out);
  }
  grown.append(behind, kept_);
}

void seam_table::store(const batch& work, std::uint32_t first,
                       std::uint32_t last, run& into) {
  const auto& chunks = work.chunks;
  const auto input = [&](const chunk& piece) -> const record& {
    return work.records[piece.index];
  };
  if (chunks[first].numbered && into.first != 0) {
    for (std::uint32_t i = first; !into.head_is_full(); i = chunks[i].next) {
      into.head.push(head_of(input(chunks[i]), chunks[i]));
      // What stands behind the head of a long chunk is not next to it.
      if (i == last || chunks[i].text.size() > k_seam_reach) break;
    }
  }
  into.last = chunks[last].sequence;
  if (!chunks[last].named) return;

  std::uint32_t from = last;
  std::size_t size = std::min(chunks[last].text.size(), k_seam_reach);
  std::size_t count = 1;
  bool alone = chunks[last].text.size() > k_seam_reach;
  while (from != first && size < k_seam_reach && count < k_max_segments &&
         !alone) {
    from = chunks[from].before;
    alone = chunks[from].text.size() > k_seam_reach;
    size += std::min(chunks[from].text.size(), k_seam_reach);
    ++count;
  }
  if (alone || from != first) {
    into.tail.clear();
    into.whole = false;
  } else {
    into.trim(size, count);
  }
  for (std::uint32_t i = from;; i = chunks[i].next) {
    into.tail.push(tail_of(input(chunks[i]), chunks[i]));
    if (i == last) break;
  }
}

// With very many logs nothing of them is in the caches: what a look-up needs
// is fetched while others are dealt with, a step at a time.
void seam_table::fetch_ahead(const batch& work,
                             std::size_t first) const noexcept {
  const auto stream = [&](std::size_t steps) -> std::optional<std::uint64_t> {
    const std::size_t at = first + steps * k_ahead;
    if (at >= firsts_.size()) return {};
    return work.chunks[firsts_[at]].stream;
  };
  if (const auto one = stream(3)) logs_.fetch_slot(*one);
  if (const auto one = stream(2)) logs_.fetch_log(*one);
  if (const auto one = stream(1)) {
    const log_state* const log = logs_.fetch_links(*one);
    if (log != nullptr && !log->runs.all().empty())
      log->runs.all().back().tail.fetch();
  }
}

void seam_table::hand_out(batch& work, bool fresh,
                          std::vector<completed>& out) {
  if (found_.empty()) return;
  const auto index_of_record = [&](const seam_token& one) -> std::size_t {
    return work.chunks[joint_[one.completed_by]].index;
  };
  std::vector<leaked_token> tokens;
  for (seam_token& one : found_) {
    if (fresh && one.seen_in) take_out(work, index_of_record(one), one);
    tokens.push_back(std::move(one.token));
  }
  mask_strings(scanner_.tokens(), tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    out.push_back({index_of_record(found_[i]), std::move(tokens[i]),
                   std::move(found_[i].origin)});
  }
  found_.clear();
}

void seam_table::give_up_old() noexcept {
  while (bytes() > max_bytes_ && !logs_.empty()) {
    bytes_ -= logs_.oldest().bytes;
    logs_.remove_oldest();
    ++evicted_;
  }
}

}  // namespace tokensieve
