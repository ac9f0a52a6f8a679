#pragma once

#include "schemas/json_index.h"
#include "schemas/json_value.h"
#include "schemas/leak.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// Recognises what kind of event an indexed document is and reads what it
/// says about the place of its strings: events of the two contracts, what
/// GitHub, GitLab and log shippers write, and any of these in an array, in a
/// CloudEvent or in a Kafka Connect record.
///
/// Nothing is assumed: a member is absent unless the event says it. Remembers
/// what it read last; not thread-safe.
class event_shape {
 public:
  /// Turns to another document, which must outlive its use.
  void reset(const json_index& document);

  /// All that is known of the string at `pointer`, but for the place in it.
  [[nodiscard]] leak describe(std::string_view pointer);

  [[nodiscard]] leak_kind kind(std::string_view pointer);

 private:
  /// Turns to the event that holds the string at `pointer`. Returns the
  /// pointer within that event, empty where the string stands outside of it.
  std::string_view find_event(std::string_view pointer);
  void open_envelopes(json_value event);
  void read_event(const json_value& event, std::optional<json_value> envelope);

  /// Turns to the element of a list (`files`, `commits`, `resourceLogs`, ...)
  /// of the event that holds the string. False where it stands in none.
  bool find_element(std::string_view within);

  const json_index* document_ = nullptr;

  // Each step keeps what it found last, for a large event may hold thousands
  // of tokens.
  json_elements events_;                 ///< of a document that is an array
  std::optional<json_value> outermost_;  ///< the event with its envelopes
  std::string envelopes_;                ///< pointer from there to `event_`
  std::optional<json_value> event_;
  leak facts_;  ///< what the event says of all its strings
  std::string list_name_;
  std::optional<json_value> list_;
  json_elements list_elements_;
  std::optional<json_value> element_;
  leak element_facts_;  ///< what it says, and the event does not
};

}  // namespace tokensieve
