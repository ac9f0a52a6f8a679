#include "pipeline/event_collector.h"

#include "detectors/encoded_uuid.h"
#include "detectors/raw_signature.h"
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

// A name, or a value and what tells where it ends.
constexpr std::size_t k_longest_member = 128;

// Does it begin with what is a token only if it has a name?
bool needs_name(std::string_view text) {
  return is_uuid_form(text, 0) || encoded_uuid_at(text, 0).has_value();
}

// Does a key say no more of the element than that it is a value?
bool is_value(std::string_view pointer) {
  return pointer.ends_with("/value") || pointer.ends_with("/Value");
}

}  // namespace

void event_collector::member::remember(const event_text& other) {
  forget();
  reserve_wiped(text, k_longest_member);
  text = other.text.substr(0, k_longest_member);
  pointer = other.pointer;
  document = other.document;
}

void event_collector::member::forget() {
  const wiped_at_end wipe(text);
}

bool event_collector::member::stands_beside(const event_text& other) const {
  return !text.empty() && document == other.document &&
         parent_of(pointer) == parent_of(other.pointer);
}

void event_collector::on_text(const event_text& text) {
  scanner_.find_hazards(text.text, hazards_);
  if (text.key) {
    forget_closed(text);
  } else {
    name_value(text);
  }
  read(text);
}

// An object may have the pointer of an earlier one: keys repeat.
void event_collector::forget_closed(const event_text& key) {
  for (member* const one : {&name_, &unnamed_}) {
    if (!one->text.empty() && !key.pointer.starts_with(parent_of(one->pointer)))
      one->forget();
  }
}

void event_collector::name_value(const event_text& text) {
  const bool is_name = !text.pointer.empty() &&
                       text.text.size() <= k_longest_member &&
                       ends_with_token_name(text.text);
  if (!is_name) return;
  name_.remember(text);
  if (!unnamed_.stands_beside(text)) return;
  member value = std::exchange(unnamed_, {});
  const wiped_at_end wipe(value.text);
  std::erase_if(all_rejected_, [&](const located_rejection& one) {
    return one.where.document == value.document &&
           one.where.pointer == value.pointer;
  });
  read({.text = value.text,
        .pointer = value.pointer,
        .document = value.document});
}

void event_collector::read(const event_text& text) {
  // What is smaller than the smallest token holds none, and nothing is kept
  // behind the last finding. An event may have hundreds of thousands of
  // strings.
  if (rejected_ == nullptr && (text.text.size() < k_uuid_size || full_)) return;
  const std::size_t in_front = scan(text);
  if (rejected_ != nullptr) keep_rejected(text, in_front);
  if (fresh_.empty()) {
    if (in_front > 0 && is_value(text.pointer)) unnamed_.remember(text);
    return;
  }
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
  if (!is_value(text.pointer)) return last_pointer_token(text.pointer);
  return name_.stands_beside(text)
             ? name_.text
             : last_pointer_token(parent_of(text.pointer));
}

std::size_t event_collector::scan(const event_text& text) {
  fresh_.clear();
  const wiped_at_end wipe(named_);
  std::string_view scanned = text.text;
  if (!text.key && needs_name(text.text)) {
    const std::string name = name_of_value(text);
    reserve_wiped(named_, name.size() + 1 + text.text.size());
    named_ = name;
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
