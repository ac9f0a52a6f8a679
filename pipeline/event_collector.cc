#include "pipeline/event_collector.h"

#include <algorithm>
#include <span>
#include <utility>

namespace tokensieve {

void event_collector::on_text(const event_text& text) {
  fresh_.clear();
  if (!scanner_.scan(text.text, {.patch = text.patch}, fresh_)) {
    limit_reached_ = true;
  }
  scanner_.find_hazards(text.text, hazards_);
  keep_rejected(text);
  locator places(text.text, text.patch);
  const std::size_t read_before = found_.size();
  for (finding& found : fresh_) {
    if (found_.size() == k_max_findings_a_record) {
      limit_reached_ = true;
      return;
    }
    if (already_read(text, found, read_before)) continue;
    const text_place place = places.at(found.begin);
    found_.push_back(
        {std::move(found),
         {text.document, std::string(text.pointer), text.key, place}});
  }
}

// The raw bytes of a document that broke off are read behind the strings that
// could be read: those keep their pointers.
bool event_collector::already_read(const event_text& text, const finding& found,
                                   std::size_t read_before) const {
  const auto before = std::span(found_).first(read_before);
  return text.pointer.empty() &&
         std::ranges::any_of(before, [&](const located_finding& other) {
           return other.where.document == text.document &&
                  !other.where.pointer.empty() &&
                  other.found.fingerprint == found.fingerprint;
         });
}

void event_collector::keep_rejected(const event_text& text) {
  locator places(text.text, text.patch);
  for (const rejected_candidate& one : rejected_) {
    if (all_rejected_.size() == k_max_findings_a_record) return;
    all_rejected_.push_back({one.why,
                             {text.document, std::string(text.pointer),
                              text.key, places.at(one.begin)}});
  }
}

}  // namespace tokensieve
