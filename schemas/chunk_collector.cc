#include "schemas/chunk_collector.h"

#include "schemas/json_value.h"
#include "schemas/stream_hash.h"

#include <charconv>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace tokensieve {
namespace {

class collector {
 public:
  collector(const json_index& document, const event_place& place,
            std::vector<log_chunk>& out)
      : json_(document), out_(out) {
    next_.field = place.field;
    next_.escaped = true;
    next_.event_begin = offset(json_.scalar(place.begin));
    const std::string_view last = json_.scalar(place.end - 1);
    // Behind a bracket there are blanks at most; a string ends with its quote.
    next_.event_size = offset(last) + last.size() - next_.event_begin;
  }

  void take(const event_members& event, event_type type) {
    switch (type) {
      case event_type::commit:
        return;
      case event_type::build_log:
        return take_build_log(event);
      case event_type::other:
        break;
    }
    if (event.change || event.sha != 0) return;
    if (event.resource_logs != 0) return take_log_records(event.resource_logs);
    for (std::size_t i = 0; i < event.shipped.size(); ++i) {
      if (is_text(event.shipped[i]))
        return add_text(event.shipped[i], event_members::k_shipped[i]);
    }
  }

  void add(std::uint32_t entry, log_field::member name) {
    if (out_.size() >= k_max_chunks) return;
    const std::string_view raw = json_.raw_string(entry);
    if (raw.empty()) return;
    next_.begin = offset(raw);
    next_.size = raw.size();
    next_.field.name = name;
    out_.push_back(next_);
  }

 private:
  void take_build_log(const event_members& event) {
    if (event.text == 0) return;
    if (is_string(event.stream)) next_.stream = hash_of({event.stream});
    if (!next_.stream) {
      next_.stream =
          hash_of({event.provider, event.repository, event.build, event.job});
    }
    next_.sequence = number_at(event.sequence);
    if (is_text(event.text)) add_text(event.text, log_field::member::text);
  }

  // A string, or an array of lines.
  void add_text(std::uint32_t entry, log_field::member name) {
    if (is_string(entry)) return add(entry, name);
    next_.field.line = 0;
    for (std::uint32_t i = entry + 1; json_.kind(i) == '"'; i += 2) {
      add(i, name);
      ++next_.field.line;
      if (json_.kind(i + 1) != ',') break;
    }
  }

  void take_log_records(std::uint32_t resources) {
    for_each(json_value(json_, resources), [&](const json_value& resource,
                                               std::uint32_t i) {
      next_.field.resource = i;
      for_each(resource.member("scopeLogs"),
               [&](const json_value& scope, std::uint32_t j) {
                 next_.field.scope = j;
                 for_each(scope.member("logRecords"),
                          [&](const json_value& record, std::uint32_t k) {
                            next_.field.line = k;
                            take_log_record(record);
                          });
               });
    });
  }

  void take_log_record(const json_value& record) {
    const auto body = record.member("body");
    const auto text = body ? body->member("stringValue") : std::nullopt;
    if (text && text->is_string()) {
      add(text->entry(), log_field::member::log_record);
    }
  }

  template <class Visit>
  static void for_each(const std::optional<json_value>& array, Visit visit) {
    if (!array) return;
    std::uint32_t number = 0;
    for (auto one = array->first_element(); one; one = one->next_element())
      visit(*one, number++);
  }

  [[nodiscard]] bool is_string(std::uint32_t entry) const {
    return entry != 0 && json_.kind(entry) == '"';
  }

  [[nodiscard]] bool is_text(std::uint32_t entry) const {
    return is_string(entry) || (entry != 0 && json_.kind(entry) == '[');
  }

  /// Strings and scalars, in the order of the names.
  [[nodiscard]] std::optional<std::uint64_t> hash_of(
      std::initializer_list<std::uint32_t> entries) const {
    std::uint64_t hash = 0;
    for (const std::uint32_t entry : entries) {
      const char kind = entry == 0 ? '\0' : json_.kind(entry);
      if (kind == '\0' || kind == '{' || kind == '[') return {};
      const std::string_view written = json_.scalar(entry);
      if (written == "null" || written == R"("")") return {};
      hash = mix_hash(hash, written);
    }
    return hash;
  }

  [[nodiscard]] std::optional<std::uint64_t> number_at(
      std::uint32_t entry) const {
    if (entry == 0) return {};
    const std::string_view written = json_.scalar(entry);
    std::uint64_t number = 0;
    const auto [end, error] =
        std::from_chars(written.begin(), written.end(), number);
    if (error != std::errc() || end != written.end()) return {};
    return number;
  }

  [[nodiscard]] std::size_t offset(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - json_.scalar(0).data());
  }

  const json_index& json_;
  std::vector<log_chunk>& out_;
  log_chunk next_;
};

}  // namespace

void collect_chunks(const json_index& document, const event_place& place,
                    const event_members& event, event_type type,
                    std::vector<log_chunk>& out) {
  collector(document, place, out).take(event, type);
}

void collect_string(const json_index& document, const event_place& place,
                    std::uint32_t entry, std::vector<log_chunk>& out) {
  collector(document, place, out).add(entry, log_field::member::none);
}

}  // namespace tokensieve
