#include "schemas/event_shape.h"

#include "schemas/event_check.h"
#include "schemas/json_text.h"
#include "schemas/otel_resource.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string>
#include <utility>

namespace tokensieve {
namespace {

using value = std::optional<json_value>;
using text = std::optional<std::string>;

/// The value at `path`, names one below the other.
value at(value from, std::initializer_list<std::string_view> path) {
  for (const std::string_view name : path) {
    if (!from) break;
    from = from->member(name);
  }
  return from;
}

text text_at(const value& from, std::initializer_list<std::string_view> path) {
  const value found = at(from, path);
  return found ? found->text() : text();
}

/// The first of `names` that is a string or a scalar.
text first_of(const value& from,
              std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (text found = text_at(from, {name})) return found;
  }
  return {};
}

bool is_string_at(const value& from, std::string_view name) {
  const value found = at(from, {name});
  return found && found->is_string();
}

bool is_array_at(const value& from, std::string_view name) {
  const value found = at(from, {name});
  return found && found->is_array();
}

bool is_diff(const value& file) {
  return is_string_at(file, "diff") &&
         (is_string_at(file, "new_path") || is_string_at(file, "old_path"));
}

/// Of GitLab: a list of diffs below a member of another object.
bool has_diffs(const value& event, std::string_view name) {
  const value list = at(event, {name});
  return list && is_diff(list->first_element());
}

text path_of(const value& file) {
  return first_of(file, {"path", "filename", "new_path", "old_path"});
}

bool is_push(const value& event) {
  return is_array_at(event, "commits") &&
         (at(event, {"ref"}) || at(event, {"object_kind"}));
}

/// A commit as GitHub's REST interface shows it.
bool is_rest_commit(const value& event) {
  return is_string_at(event, "sha") &&
         (at(event, {"commit"}) || is_array_at(event, "files"));
}

bool is_shipped_log(const value& event) {
  for (const std::string_view name :
       {"message", "log", "MESSAGE", "short_message"}) {
    if (is_string_at(event, name)) return true;
  }
  for (const std::string_view name :
       {"body", "@timestamp", "kubernetes", "resourceLogs"}) {
    if (at(event, {name})) return true;
  }
  return false;
}

/// The member of a CloudEvent or of a Kafka Connect record that holds the
/// event itself; empty where `event` is neither.
std::string_view enclosing_member(const value& event) {
  if (is_string_at(event, "specversion")) {
    return at(event, {"data"}) ? "data" : "data_base64";
  }
  if (at(event, {"schema"}) && at(event, {"payload"})) return "payload";
  return {};
}

leak_kind kind_of(const value& event) {
  if (event->is_string()) return leak_kind::build_log;
  if (const text type = text_at(event, {"type"}); type) {
    if (*type == "build_log") return leak_kind::build_log;
    if (*type == "commit") return leak_kind::commit;
  }
  if (is_rest_commit(event) || is_push(event) || is_diff(event) ||
      has_diffs(event, "diffs") || has_diffs(event, "changes")) {
    return leak_kind::commit;
  }
  return is_shipped_log(event) ? leak_kind::build_log : leak_kind::other;
}

std::string without_user(std::string url) {
  const std::size_t slashes = url.find("//");
  if (slashes == std::string::npos) return url;
  const std::size_t begin = slashes + 2;
  const std::size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const std::size_t at_sign = url.rfind('@', end - 1);
  if (at_sign != std::string::npos && at_sign >= begin) {
    url.erase(begin, at_sign + 1 - begin);
  }
  return url;
}

text without_user(text url) {
  if (url) url = without_user(*std::move(url));
  return url;
}

/// A step of a pointer into an array.
std::optional<std::uint64_t> take_number(std::string_view& pointer) {
  const std::string_view token = take_pointer_token(pointer);
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(token.data(), token.data() + token.size(), number);
  if (error != std::errc() || end != token.data() + token.size()) return {};
  return number;
}

text or_else(text first, text second) {
  return first ? std::move(first) : std::move(second);
}

}  // namespace

void event_shape::reset(const json_index& document) {
  document_ = &document;
  events_.reset();
  outermost_.reset();
}

leak event_shape::describe(std::string_view pointer) {
  const std::string_view within = find_event(pointer);
  leak out = facts_;
  out.field = pointer;
  if (find_element(within)) {
    for (const auto member :
         {&leak::provider, &leak::organization, &leak::repository, &leak::build,
          &leak::job, &leak::path, &leak::sha, &leak::url, &leak::time}) {
      if (const text& of_element = element_facts_.*member)
        out.*member = of_element;
    }
  }
  return out;
}

leak_kind event_shape::kind(std::string_view pointer) {
  find_event(pointer);
  return facts_.kind;
}

std::string_view event_shape::find_event(std::string_view pointer) {
  json_value outermost(*document_, 0);
  if (outermost.is_array()) {
    const auto number = take_number(pointer);
    const value element = number ? events_.at(outermost, *number) : value();
    if (element) outermost = *element;
  }
  if (!outermost_ || outermost_->entry() != outermost.entry()) {
    outermost_ = outermost;
    open_envelopes(outermost);
  }
  if (!pointer.starts_with(envelopes_)) return {};
  pointer.remove_prefix(envelopes_.size());
  return pointer.starts_with('/') ? pointer : std::string_view();
}

void event_shape::open_envelopes(json_value event) {
  value envelope;
  envelopes_.clear();
  for (int i = 0; i < k_max_envelopes; ++i) {
    const std::string_view name = enclosing_member(event);
    const value enclosed = name.empty() ? value() : at(event, {name});
    if (!enclosed || enclosed->is_array()) break;
    envelope = event;
    event = *enclosed;
    append_pointer_token(envelopes_, name);
  }
  read_event(event, envelope);
}

void event_shape::read_event(const json_value& event, value envelope) {
  event_ = event;
  list_name_.clear();
  facts_ = {};
  facts_.kind = kind_of(event);
  facts_.provider = text_at(event, {"provider"});
  facts_.organization = or_else(text_at(event, {"organization"}),
                                text_at(event, {"organization", "login"}));
  facts_.repository =
      or_else(or_else(text_at(event, {"repository"}),
                      text_at(event, {"repository", "full_name"})),
              text_at(event, {"project", "path_with_namespace"}));
  // GELF puts an underscore in front of what is not its own.
  facts_.build = first_of(event, {"build", "_build"});
  facts_.job = first_of(event, {"job", "_job"});
  facts_.sha = or_else(first_of(event, {"sha", "after"}),
                       text_at(event, {"commit", "id"}));
  facts_.path = is_diff(event) ? path_of(event) : text();
  facts_.url = without_user(first_of(event, {"html_url", "url", "web_url"}));
  facts_.time =
      or_else(or_else(first_of(event, {"time", "@timestamp", "timestamp"}),
                      text_at(event, {"commit", "author", "date"})),
              text_at(envelope, {"time"}));
}

bool event_shape::find_element(std::string_view within) {
  const std::string_view name = take_pointer_token(within);
  const bool files = name == "files" || name == "diffs" || name == "changes";
  const bool pushed = name == "commits" || name == "head_commit";
  const bool resources = name == "resourceLogs";
  const bool known =
      facts_.kind == leak_kind::commit ? files || pushed : resources;
  if (!known) return false;
  if (list_name_ != name) {
    list_name_ = name;
    list_ = at(event_, {name});
    list_elements_.reset();
    element_.reset();
  }
  value element = list_;
  if (list_ && list_->is_array()) {
    const auto number = take_number(within);
    element = number ? list_elements_.at(*list_, *number) : value();
  }
  if (!element) return false;
  if (!element_ || element_->entry() != element->entry()) {
    element_ = element;
    element_facts_ = {};
    if (resources) {
      if (const value resource = at(element, {"resource"}))
        element_facts_ = read_otel_resource(*resource);
      element_facts_.repository = without_user(element_facts_.repository);
      element_facts_.url = without_user(element_facts_.url);
    } else if (files) {
      element_facts_.path = path_of(element);
    } else {
      element_facts_.sha = text_at(element, {"id"});
      element_facts_.url = without_user(text_at(element, {"url"}));
      element_facts_.time = text_at(element, {"timestamp"});
    }
  }
  return true;
}

}  // namespace tokensieve
