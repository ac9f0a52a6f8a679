#include "pipeline/event_collector.h"

#include "detectors/token_form.h"
#include "schemas/json_text.h"

#include <algorithm>
#include <utility>

namespace tokensieve {

void event_collector::on_text(const event_text& text) {
  scanner_.find_hazards(text.text, hazards_);
  // What is smaller than the smallest token holds none, and nothing is kept
  // behind the last finding. An event may have hundreds of thousands of
  // strings.
  if (rejected_ == nullptr && (text.text.size() < k_uuid_size || full_)) return;
  const std::size_t in_front = scan(text);
  if (rejected_ != nullptr) keep_rejected(text, in_front);
  if (fresh_.empty()) return;
  locator places(text.text, text.patch);
  const std::set<token_fingerprint> before = read_before(text);
  for (finding& found : fresh_) {
    if (before.contains(found.fingerprint)) continue;
    full_ = !found_room_.take(text.pointer.size());
    if (full_) return;
    const text_place place = places.at(found.begin);
    found_.push_back(
        {std::move(found),
         {text.document, std::string(text.pointer), text.key, place}});
  }
}

std::size_t event_collector::scan(const event_text& text) {
  fresh_.clear();
  std::string_view scanned = text.text;
  if (!text.key && is_uuid_form(text.text, 0)) {
    named_ = last_pointer_token(text.pointer);
    named_ += '=';
    named_ += text.text;
    scanned = named_;
  }
  if (!scanner_.scan(scanned, {.patch = text.patch}, fresh_))
    limit_reached_ = true;
  const std::size_t in_front = scanned.size() - text.text.size();
  std::erase_if(fresh_, [&](const finding& one) {
    return one.begin < in_front;  // of the key, which is a text of its own
  });
  for (finding& one : fresh_) {
    one.begin -= in_front;
    one.end -= in_front;
  }
  return in_front;
}

// The raw bytes of a document that broke off are read behind the strings that
// could be read: those keep their pointers.
std::set<token_fingerprint> event_collector::read_before(
    const event_text& text) const {
  std::set<token_fingerprint> before;
  if (!text.pointer.empty()) return before;
  for (const located_finding& other : found_) {
    if (other.where.document == text.document && !other.where.pointer.empty())
      before.insert(other.found.fingerprint);
  }
  return before;
}

void event_collector::keep_rejected(const event_text& text,
                                    std::size_t in_front) {
  locator places(text.text, text.patch);
  for (const rejected_candidate& one : *rejected_) {
    if (one.begin < in_front) continue;
    if (!rejected_room_.take(text.pointer.size())) return;
    all_rejected_.push_back({one.why,
                             {text.document, std::string(text.pointer),
                              text.key, places.at(one.begin - in_front)}});
  }
}

}  // namespace tokensieve
