#include "pipeline/inspector.h"

#include "pipeline/masker.h"
#include "schemas/place.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <span>
#include <utility>

namespace tokensieve {
namespace {

// One bad event may not make the output unbounded.
constexpr std::size_t k_max_findings_a_record = scanner::k_max_findings;

}  // namespace

/// Scans the strings of one event as the reader hands them out.
class inspector::collector final : public event_visitor {
 public:
  explicit collector(scanner& with) : scanner_(with) {}

  struct located {
    finding found;
    std::uint32_t document;
    std::string pointer;
    bool key;
    text_place place;
  };

  void on_text(const event_text& text) override {
    fresh_.clear();
    if (!scanner_.scan(text.text, {.patch = text.patch}, fresh_)) {
      limit_reached_ = true;
    }
    scanner_.find_hazards(text.text, hazards_);
    locator places(text.text, text.patch);
    const std::size_t read_before = found_.size();
    for (finding& found : fresh_) {
      if (found_.size() == k_max_findings_a_record) {
        limit_reached_ = true;
        return;
      }
      if (already_read(text, found, read_before)) continue;
      const text_place place = places.at(found.begin);
      found_.push_back({std::move(found), text.document,
                        std::string(text.pointer), text.key, place});
    }
  }

  std::vector<located>& found() { return found_; }
  std::vector<token_hazard>& hazards() { return hazards_; }
  [[nodiscard]] bool limit_reached() const { return limit_reached_; }

 private:
  // The raw bytes of a document that broke off are read behind the strings
  // that could be read: those keep their pointers.
  [[nodiscard]] bool already_read(const event_text& text, const finding& found,
                                  std::size_t read_before) const {
    const auto before = std::span(found_).first(read_before);
    return text.pointer.empty() &&
           std::ranges::any_of(before, [&](const located& other) {
             return other.document == text.document && !other.pointer.empty() &&
                    other.found.fingerprint == found.fingerprint;
           });
  }

  scanner& scanner_;
  std::vector<finding> fresh_;
  std::vector<located> found_;
  std::vector<token_hazard> hazards_;
  bool limit_reached_ = false;
};

inspector::inspector(std::shared_ptr<const signatures> patterns,
                     token_confidence min_confidence, std::size_t depth)
    : scanner_(std::move(patterns), min_confidence, depth), linker_(scanner_) {}

void inspector::inspect(batch& work) noexcept {
  const auto rejected_before = scanner_.rejected();
  std::size_t index = 0;
  try {
    mark_hits(work);
    linker_.begin();
    for (; index < work.records.size(); ++index) {
      const record& input = work.records[index];
      ++work.counts.records;
      work.counts.bytes += input.value.size();
      if (input.value.empty()) {
        ++work.counts.empty;
        continue;
      }
      inspected_record out{.index = index, .tokens = {}, .reason = {}};
      inspect_record(input, hits_[index], out);
      linker_.note(work, index, reader_, hits_[index]);
      if (!out.tokens.empty() || out.reason) {
        work.inspected.push_back(std::move(out));
      }
    }
  } catch (const std::exception&) {
    // Only allocation can fail here. The rest of the batch must not pass
    // unread in silence: each of its records becomes a dead letter.
    work.counts.failed += work.records.size() - index;
    work.unread_from = index;
  }
  if (work.large) reader_.shrink();
  for (std::size_t i = 0; i < k_rejections; ++i) {
    work.counts.rejected[i] = scanner_.rejected()[i] - rejected_before[i];
  }
}

void inspector::mark_hits(const batch& work) {
  hits_.assign(work.records.size(), false);
  hit_ends_.clear();
  scanner_.prefilter(work.packed, hit_ends_);
  auto end = hit_ends_.begin();
  for (std::size_t i = 0; i < work.records.size(); ++i) {
    const record& input = work.records[i];
    if (!input.packed) {
      hits_[i] = scanner_.may_hold_token(input.value);
      continue;
    }
    // Packed records ascend in memory, as the ends of the matches do.
    const auto first =
        static_cast<std::size_t>(input.value.data() - work.packed.data());
    while (end != hit_ends_.end() && *end <= first)
      ++end;
    hits_[i] = end != hit_ends_.end() && *end <= first + input.value.size();
  }
}

void inspector::inspect_record(const record& input, bool hit,
                               inspected_record& out) {
  if (input.window) {
    if (hit) inspect_window(input, out);
    // A long event is in several windows; the first reports it.
    if (input.too_large && input.window->own_begin == 0) {
      out.reason = dead_letter_reason::too_large;
    }
    return;
  }
  const event_bytes event{.value = input.value,
                          .content_type = input.content_type,
                          .readable_behind = input.readable_behind};
  if (!hit) {
    out.reason =
        input.too_large ? dead_letter_reason::too_large : reader_.check(event);
    return;
  }
  collector found(scanner_);
  if (input.too_large) {
    found.on_text({.text = input.value, .pointer = {}});
    out.reason = dead_letter_reason::too_large;
  } else {
    out.reason = reader_.read(event, found);
  }
  if (found.limit_reached() && !out.reason) {
    out.reason = dead_letter_reason::decode_limit;
  }
  out.tokens.reserve(found.found().size());
  for (collector::located& one : found.found()) {
    // An event too large to be read has no shape to describe.
    leak where =
        input.too_large ? leak{} : reader_.describe(one.document, one.pointer);
    if (!one.key) {
      where.line = one.place.line;
      where.column = one.place.column;
      where.side = one.place.side;
    }
    out.tokens.push_back(
        {std::move(one.found), std::move(where), found.hazards()});
  }
  if (!out.tokens.empty()) mask_strings(scanner_, out.tokens);
}

void inspector::inspect_window(const record& input, inspected_record& out) {
  std::vector<finding> found;
  if (!scanner_.scan(input.value, {}, found)) {
    out.reason = dead_letter_reason::decode_limit;
  }
  std::vector<token_hazard> hazards;
  locator places(input.value, false);
  for (finding& one : found) {
    if (one.end <= input.window->own_begin || one.end > input.window->own_end) {
      continue;
    }
    if (out.tokens.empty()) scanner_.find_hazards(input.value, hazards);
    leak where;
    if (!input.too_large) {
      where.kind = leak_kind::file;
      where.path = *input.source_name;
    }
    const text_place place = places.at(one.begin);
    where.line = input.window->line + place.line - 1;
    where.column = place.line == 1 ? input.window->column + place.column - 1
                                   : place.column;
    out.tokens.push_back({std::move(one), std::move(where), hazards});
  }
  if (!out.tokens.empty()) mask_strings(scanner_, out.tokens);
}

}  // namespace tokensieve
