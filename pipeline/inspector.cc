#include "pipeline/inspector.h"

#include "detectors/inflate.h"
#include "pipeline/crash_point.h"
#include "pipeline/event_collector.h"
#include "pipeline/masker.h"
#include "pipeline/place_room.h"
#include "pipeline/token_part.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace tokensieve {
namespace {

// So much is looked through before it is read event by event: it stays in a
// core's cache meanwhile.
constexpr std::size_t k_marked_at_once = 256 << 10;

// What the event reader may read behind an inflated event.
constexpr std::size_t k_padding = 64;

std::size_t text_size(const leak& where) {
  std::size_t size = 0;
  for_each_string(where, [&](const std::string& text) { size += text.size(); });
  return size;
}

void count(const record& input, batch_counts& into) {
  ++into.records;
  into.bytes += input.value.size();
  if (input.value.empty()) ++into.empty;
}

}  // namespace

inspector::inspector(std::shared_ptr<const signatures> patterns,
                     inspector_options options)
    : options_(options),
      scanner_(std::move(patterns), options.min_confidence, options.depth),
      linker_(scanner_) {
  if (options_.explain) scanner_.explain(rejected_);
}

void inspector::inspect(batch& work) noexcept {
  const auto rejected_before = scanner_.rejected();
  std::size_t index = 0;
  try {
    hits_.assign(work.records.size(), options_.explain);
    std::size_t marked = options_.explain ? work.records.size() : 0;
    linker_.begin();
    for (; index < work.records.size(); ++index) {
      if (index == marked) marked = mark_hits(work.records, index);
      const record& input = work.records[index];
      if (2 * index >= work.records.size()) TOKENSIEVE_CRASH_POINT("mid-scan");
      if (!work.replayed) count(input, work.counts);
      if (input.value.empty()) continue;
      inspected_record out{
          .index = index, .tokens = {}, .reason = {}, .rejected = {}};
      inspect_record(work, hits_[index], out);
      if (work.replayed) continue;  // it has left its chunks
      for (leaked_token& token : out.tokens)
        enclose(input.compression, token.found);
      if (!out.tokens.empty() || out.reason || !out.rejected.empty()) {
        work.inspected.push_back(std::move(out));
      }
    }
  } catch (const std::exception&) {
    // Only allocation can fail here. The rest of the batch must not pass
    // unread in silence: each of its records becomes a dead letter.
    work.counts.failed += work.records.size() - index;
    work.unread_from = index;
  }
  if (work.large) {
    reader_.shrink();
    inflated_ = {};
  }
  if (work.replayed) return;
  for (std::size_t i = 0; i < k_rejections; ++i) {
    work.counts.rejected[i] = scanner_.rejected()[i] - rejected_before[i];
  }
}

std::size_t inspector::mark_hits(std::span<const record> records,
                                 std::size_t first) {
  const char* const begin = records[first].value.data();
  std::size_t end = first + 1;
  while (end < records.size() && records[end].adjoins &&
         static_cast<std::size_t>(records[end].value.data() - begin) <
             k_marked_at_once) {
    ++end;
  }
  if (end == first + 1) {
    hits_[first] = scanner_.may_hold_token(records[first].value);
  } else {
    mark_hits(records, first, end);
  }
  return end;
}

void inspector::mark_hits(std::span<const record> records, std::size_t first,
                          std::size_t end) {
  const char* const begin = records[first].value.data();
  const auto place_of = [&](std::size_t i) {
    return static_cast<std::size_t>(records[i].value.data() - begin);
  };
  hit_ends_.clear();
  event_ends_.clear();
  for (std::size_t i = first; i < end; ++i) {
    // What lies between the values, a key say, is no part of an event: a match
    // there must not stand for one in it.
    if (place_of(i) > (event_ends_.empty() ? 0 : event_ends_.back())) {
      event_ends_.push_back(place_of(i));
    }
    event_ends_.push_back(place_of(i) + records[i].value.size());
  }
  scanner_.prefilter({begin, event_ends_.back()}, event_ends_, hit_ends_);
  auto hit = hit_ends_.begin();
  for (std::size_t i = first; i < end; ++i) {
    // The records ascend in memory, as the ends of the matches do.
    while (hit != hit_ends_.end() && *hit <= place_of(i))
      ++hit;
    hits_[i] =
        hit != hit_ends_.end() && *hit <= place_of(i) + records[i].value.size();
  }
}

void inspector::inspect_record(batch& work, bool hit, inspected_record& out) {
  const record& input = work.records[out.index];
  if (input.window) {
    if (hit) inspect_window(input, out);
    // A long event is in several windows; the first reports it.
    if (input.too_large && input.window->own_begin == 0) {
      out.reason = dead_letter_reason::too_large;
    }
    return;
  }
  if (input.too_large) {
    out.reason = dead_letter_reason::too_large;
    if (!hit || work.replayed) return;
    event_collector found(scanner_, input.value.size(),
                          options_.explain ? &rejected_ : nullptr);
    found.on_text({.text = input.value, .pointer = {}});
    describe(input.value, found, false, out);
    return;
  }
  if (inspect_compressed(work, hit, out)) return;
  inspect_event({.value = input.value,
                 .content_type = input.content_type,
                 .readable_behind = input.readable_behind},
                hit && !work.replayed, out);
  linker_.note(work, out.index, reader_, hit);
}

bool inspector::inspect_compressed(const batch& work, bool hit,
                                   inspected_record& out) {
  const record& input = work.records[out.index];
  const auto format = compression_of(input.value);
  if (!format) return false;
  inflated_.clear();
  // What is replayed leaves chunks, and a compressed event has none.
  const std::size_t limit =
      work.replayed
          ? 1
          : inflation_limit(input.value, options_.max_event_bytes, work.large);
  const inflate_end end = inflate_bytes(input.value, *format, limit, inflated_);
  if (inflated_.empty()) return false;  // text that begins like a header
  if (work.replayed) return true;
  const std::size_t size = inflated_.size();
  inflated_.append(k_padding, '\0');
  const std::string_view inner(inflated_.data(), size);
  inspect_event({.value = inner,
                 .content_type = input.content_type,
                 .readable_behind = k_padding},
                options_.explain || scanner_.may_hold_token(inner), out);
  for (leaked_token& token : out.tokens)
    enclose(format, token.found);
  // It is the bound that made the event unreadable.
  if (end == inflate_end::limit) out.reason = dead_letter_reason::decode_limit;
  if (end == inflate_end::broken && hit) {
    // What is no compressed event after all is read as it stands, too.
    inspected_record raw;
    inspect_event({.value = input.value, .content_type = {}}, true, raw);
    std::set<token_fingerprint> inflated;
    for (const leaked_token& token : out.tokens)
      inflated.insert(token.found.fingerprint);
    for (leaked_token& token : raw.tokens) {
      if (!inflated.contains(token.found.fingerprint))
        out.tokens.push_back(std::move(token));
    }
  }
  return true;
}

void inspector::inspect_event(const event_bytes& event, bool hit,
                              inspected_record& out) {
  if (!hit) {
    out.reason = reader_.check(event);
    return;
  }
  event_collector found(scanner_, event.value.size(),
                        options_.explain ? &rejected_ : nullptr);
  out.reason = reader_.read(event, found);
  describe(event.value, found, true, out);
}

void inspector::describe(std::string_view value, event_collector& found,
                         bool is_event, inspected_record& out) {
  bool complete = !found.limit_reached();
  const auto leak_at = [&](const event_collector::text_position& position) {
    // What is not read as an event has no shape to describe.
    leak where = is_event
                     ? reader_.describe(position.document, position.pointer)
                     : leak{};
    if (!position.key) {
      where.line = position.place.line;
      where.column = position.place.column;
      where.side = position.place.side;
    }
    return where;
  };
  out.tokens.reserve(found.found().size());
  place_room room(value.size());
  for (event_collector::located_finding& one : found.found()) {
    leak where = leak_at(one.where);
    if (!room.take(text_size(where))) {
      complete = false;
      break;
    }
    out.tokens.push_back(
        {std::move(one.found), std::move(where), found.hazards()});
  }
  if (!complete && !out.reason) out.reason = dead_letter_reason::decode_limit;
  if (!out.tokens.empty()) mask_strings(scanner_, out.tokens);
  place_room rejected_room(value.size());
  for (const event_collector::located_rejection& one : found.rejected()) {
    leak where = leak_at(one.where);
    if (!rejected_room.take(text_size(where))) break;
    where.field = scanner_.mask(where.field, {});
    out.rejected.push_back({to_string(one.why), std::move(where)});
  }
}

void inspector::inspect_window(const record& input, inspected_record& out) {
  std::vector<finding> found;
  if (!scanner_.scan(input.value, {}, found)) {
    out.reason = dead_letter_reason::decode_limit;
  }
  locator places(input.value, false);
  // In the order of the places, for the locator's sake.
  const auto leak_at = [&](std::size_t begin) {
    leak where;
    if (!input.too_large) {
      where.kind = leak_kind::file;
      where.path = *input.source_name;
    }
    const text_place place = places.at(begin);
    where.line = input.window->line + place.line - 1;
    where.column = place.line == 1 ? input.window->column + place.column - 1
                                   : place.column;
    return where;
  };
  const auto is_own = [&](std::size_t end) {
    return end > input.window->own_begin && end <= input.window->own_end;
  };
  for (const rejected_candidate& one : rejected_) {
    if (is_own(one.end))
      out.rejected.push_back({to_string(one.why), leak_at(one.begin)});
  }
  // An encoded run may go on here that the window in front has told of.
  std::vector<finding> told;
  const std::size_t own_begin = input.window->own_begin;
  if (std::ranges::any_of(found, [&](const finding& one) {
        return one.begin < own_begin && one.end > own_begin;
      })) {
    // Whatever a bound leaves out here is told once more.
    static_cast<void>(
        scanner_.scan(input.value.substr(0, own_begin), {}, told));
  }
  const auto is_told = [&](const finding& whole) {
    return std::ranges::any_of(told, [&](const finding& part) {
      return is_part_of(part, 0, whole) && says_all(part, whole);
    });
  };
  std::vector<token_hazard> hazards;
  for (finding& one : found) {
    if (!is_own(one.end) || is_told(one)) continue;
    if (out.tokens.empty()) scanner_.find_hazards(input.value, hazards);
    leak where = leak_at(one.begin);
    out.tokens.push_back({std::move(one), std::move(where), hazards});
  }
  if (!out.tokens.empty()) mask_strings(scanner_, out.tokens);
}

}  // namespace tokensieve
