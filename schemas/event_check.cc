#include "schemas/event_check.h"

#include "schemas/chunk_collector.h"
#include "schemas/event_members.h"
#include "schemas/json_text.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

class top_level {
 public:
  top_level(const json_index& document, std::vector<log_chunk>& chunks)
      : json_(document), chunks_(chunks) {}

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
        return walk_event(0, {}) == json_.size();
      case '[':
        return walk_array();
      case '"':
        collect_string(json_, {0, 1, {}}, 0, chunks_);
        return json_.size() == 1;
      default:
        return json_.size() == 1 && is_json_scalar(json_.scalar(0));
    }
  }

  bool walk_array() {
    if (json_.kind(1) == ']') return json_.size() == 2;
    log_field field{.element = 0};
    for (std::uint32_t i = 1;; ++i, ++field.element) {
      if (!begins_value(i)) return false;
      // What is wrong inside of an element is not looked for.
      base_ = 2;
      const std::uint32_t end = json_.kind(i) == '{' ? walk_event(i, field) : 0;
      base_ = 1;
      if (json_.kind(i) == '"') {
        collect_string(json_, {i, i + 1, field}, i, chunks_);
      }
      i = end != 0 ? end : behind(i);
      if (json_.kind(i) == ']') return i + 1 == json_.size();
      if (json_.kind(i) != ',') return false;
    }
  }

  /// Walks the object at `i` and the events that it may enclose. Returns the
  /// entry behind it, 0 where its top level is broken.
  std::uint32_t walk_event(std::uint32_t i, log_field field) {
    event_members members;
    const std::uint32_t end = walk_object(i, members);
    if (end == 0) return 0;
    event_type type = type_of(json_, members);
    complete_ = complete_ && is_complete(members, type);
    for (int envelopes = 0; envelopes < k_max_envelopes; ++envelopes) {
      const bool event = is_string(members.specversion);
      const bool connect = members.schema != 0;
      const std::uint32_t enclosed =
          event ? members.data : (connect ? members.payload : 0);
      if (enclosed == 0) break;
      (envelopes == 0 ? field.outer : field.inner) =
          event ? log_field::envelope::data : log_field::envelope::payload;
      if (json_.kind(enclosed) == '"') {
        collect_string(json_, {i, end, field}, enclosed, chunks_);
        return end;
      }
      members = {};
      if (json_.kind(enclosed) != '{' || walk_object(enclosed, members) == 0) {
        return end;
      }
      type = type_of(json_, members);
      complete_ = complete_ && is_complete(members, type);
    }
    collect_chunks(json_, {i, end, field}, members, type, chunks_);
    return end;
  }

  std::uint32_t walk_object(std::uint32_t i, event_members& members) {
    const json_entries json = json_;
    ++i;
    if (json.kind(i) == '}') return i + 1;
    for (;; ++i) {
      if (json.kind(i) != '"' || json.kind(i + 1) != ':') return 0;
      const std::uint32_t value = i + 2;
      const bool string = json.kind(value) == '"';
      if (!string && !begins_value(value)) return 0;
      members.note(json.raw_string(i), value);
      i = string ? value + 1 : behind(value);
      const char next = json.kind(i);
      if (next == '}') return i + 1;
      if (next != ',') return 0;
    }
  }

  [[nodiscard]] bool is_complete(const event_members& event,
                                 event_type type) const {
    switch (type) {
      case event_type::build_log:
        return is_string(event.text) ||
               (event.text != 0 && is_array_of_strings(event.text));
      case event_type::commit:
        return is_string(event.sha);
      case event_type::other:
        break;
    }
    return true;
  }

  [[nodiscard]] bool is_string(std::uint32_t entry) const {
    return entry != 0 && json_.kind(entry) == '"';
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
  std::vector<log_chunk>& chunks_;
  /// Brackets around the object that is walked. Those around an enclosed event
  /// need not be counted: its envelope's walk has seen how deep it is.
  int base_ = 1;
  int deepest_ = 0;
  bool complete_ = true;
};

}  // namespace

std::optional<dead_letter_reason> check_document(
    const json_index& document, std::vector<log_chunk>& chunks) {
  return top_level(document, chunks).check();
}

}  // namespace tokensieve
