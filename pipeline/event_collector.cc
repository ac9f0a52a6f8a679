#include "pipeline/event_collector.h"

#include "detectors/token_form.h"
#include "schemas/json_text.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

// What holds the element that `pointer` points to.
std::string_view parent_of(std::string_view pointer) {
  return pointer.substr(0, std::min(pointer.rfind('/'), pointer.size()));
}

// May it be the name of a variable that holds a token?
bool may_name_token(std::string_view text) {
  constexpr std::size_t k_longest = 128;
  return text.size() <= k_longest &&
         (text.ends_with("oken") || text.ends_with("OKEN"));
}

}  // namespace

void event_collector::on_text(const event_text& text) {
  scanner_.find_hazards(text.text, hazards_);
  if (!text.key && may_name_token(text.text)) {
    name_ = text.text;
    name_in_ = parent_of(text.pointer);
    name_document_ = text.document;
  }
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

// The key; that of the object or a name in it where the key says `value`, as in
// `{"name":"NPM_TOKEN","value":"..."}`.
std::string event_collector::name_of_value(const event_text& text) const {
  std::string key = last_pointer_token(text.pointer);
  if (key != "value" && key != "Value") return key;
  const std::string_view object = parent_of(text.pointer);
  const bool beside =
      !name_.empty() && name_document_ == text.document && name_in_ == object;
  return beside ? name_ : last_pointer_token(object);
}

std::size_t event_collector::scan(const event_text& text) {
  fresh_.clear();
  std::string_view scanned = text.text;
  if (!text.key && is_uuid_form(text.text, 0)) {
    named_ = name_of_value(text);
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
