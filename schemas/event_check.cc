#include "schemas/event_check.h"

#include "schemas/json_text.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tokensieve {
namespace {

enum class event_type : std::uint8_t { other, build_log, commit };

/// What the top level of an object says about the event that it may be.
struct event_members {
  event_type type = event_type::other;
  bool text = false;  ///< `text` is a string or an array of strings
  bool sha = false;   ///< `sha` is a string
  bool schema = false;
  bool specversion = false;
  std::uint32_t data = 0;     ///< entry of `data`, if it is an object
  std::uint32_t payload = 0;  ///< entry of `payload`, if it is an object

  [[nodiscard]] bool complete() const {
    return type == event_type::other ||
           (type == event_type::build_log ? text : sha);
  }
  /// Entry of the event that a CloudEvent or a Kafka Connect record holds.
  [[nodiscard]] std::uint32_t enclosed() const {
    if (specversion) return data;
    return schema ? payload : 0;
  }
};

class top_level {
 public:
  explicit top_level(const json_index& document) : json_(document) {}

  std::optional<dead_letter_reason> check() {
    if (!walk_document()) {
      return std::max(deepest_, json_.depth()) > k_max_json_depth
                 ? dead_letter_reason::too_deep
                 : dead_letter_reason::invalid_json;
    }
    if (deepest_ > k_max_json_depth) return dead_letter_reason::too_deep;
    if (!complete_) return dead_letter_reason::not_an_event;
    return {};
  }

 private:
  bool walk_document() {
    switch (json_.kind(0)) {
      case '{':
        return walk_event(0) == json_.size();
      case '[':
        return walk_array();
      case '"':
        return json_.size() == 1;
      default:
        return json_.size() == 1 && is_json_scalar(json_.scalar(0));
    }
  }

  bool walk_array() {
    if (json_.kind(1) == ']') return json_.size() == 2;
    for (std::uint32_t i = 1;; ++i) {
      if (!begins_value(i)) return false;
      // What is wrong inside of an element is not looked for.
      base_ = 2;
      const std::uint32_t end = json_.kind(i) == '{' ? walk_event(i) : 0;
      base_ = 1;
      i = end != 0 ? end : behind(i);
      if (json_.kind(i) == ']') return i + 1 == json_.size();
      if (json_.kind(i) != ',') return false;
    }
  }

  /// Walks the object at `i` and the events that it may enclose. Returns the
  /// entry behind it, 0 where its top level is broken.
  std::uint32_t walk_event(std::uint32_t i) {
    event_members members;
    const std::uint32_t end = walk_object(i, members);
    if (end == 0) return 0;
    complete_ = complete_ && members.complete();
    for (int envelopes = 0; envelopes < k_max_envelopes; ++envelopes) {
      const std::uint32_t enclosed = members.enclosed();
      members = {};
      if (enclosed == 0 || walk_object(enclosed, members) == 0) break;
      complete_ = complete_ && members.complete();
    }
    return end;
  }

  std::uint32_t walk_object(std::uint32_t i, event_members& members) {
    ++i;
    if (json_.kind(i) == '}') return i + 1;
    for (;; ++i) {
      if (json_.kind(i) != '"' || json_.kind(i + 1) != ':') return 0;
      const std::uint32_t value = i + 2;
      if (!begins_value(value)) return 0;
      note(json_.raw_string(i), value, members);
      i = behind(value);
      if (json_.kind(i) == '}') return i + 1;
      if (json_.kind(i) != ',') return 0;
    }
  }

  /// As a later member of the same name wins with most readers, so it does
  /// here.
  void note(std::string_view key, std::uint32_t value, event_members& members) {
    const char kind = json_.kind(value);
    if (key == "type") {
      members.type = type_of(value);
    } else if (key == "text") {
      members.text = kind == '"' || is_array_of_strings(value);
    } else if (key == "sha") {
      members.sha = kind == '"';
    } else if (key == "specversion") {
      members.specversion = kind == '"';
    } else if (key == "data") {
      members.data = kind == '{' ? value : 0;
    } else if (key == "schema") {
      members.schema = true;
    } else if (key == "payload") {
      members.payload = kind == '{' ? value : 0;
    }
  }

  [[nodiscard]] event_type type_of(std::uint32_t value) const {
    if (json_.kind(value) != '"') return event_type::other;
    const std::string_view name = json_.raw_string(value);
    if (name == "build_log") return event_type::build_log;
    if (name == "commit") return event_type::commit;
    return event_type::other;
  }

  [[nodiscard]] bool is_array_of_strings(std::uint32_t value) const {
    if (json_.kind(value) != '[') return false;
    if (json_.kind(value + 1) == ']') return true;
    for (std::uint32_t i = value + 1;; i += 2) {
      if (json_.kind(i) != '"') return false;
      if (json_.kind(i + 1) == ']') return true;
      if (json_.kind(i + 1) != ',') return false;
    }
  }

  [[nodiscard]] bool begins_value(std::uint32_t i) const {
    switch (json_.kind(i)) {
      case '\0':
      case ',':
      case ':':
      case ']':
      case '}':
        return false;
      default:
        return true;
    }
  }

  std::uint32_t behind(std::uint32_t value) {
    int within = 0;
    const std::uint32_t end = json_.behind(value, within);
    deepest_ = std::max(deepest_, within + base_);
    return end;
  }

  const json_index& json_;
  /// Brackets around the object that is walked. Those around an enclosed event
  /// need not be counted: its envelope's walk has seen how deep it is.
  int base_ = 1;
  int deepest_ = 0;
  bool complete_ = true;
};

}  // namespace

std::optional<dead_letter_reason> check_document(const json_index& document) {
  return top_level(document).check();
}

}  // namespace tokensieve
