#include "schemas/dead_letter.h"

#include <utility>

namespace tokensieve {
namespace {

/// What a reason says to an operator and to the tools that read the headers of
/// Kafka Connect's dead letters.
struct reason_text {
  std::string_view name;
  std::string_view stage;
  std::string_view connect_stage;
  std::string_view message;
};

reason_text text_of(dead_letter_reason reason) {
  switch (reason) {
    case dead_letter_reason::invalid_json:
      return {"invalid_json", "inspect", "VALUE_CONVERTER",
              "The event claims to be JSON and cannot be read to its end"};
    case dead_letter_reason::invalid_utf8:
      return {"invalid_utf8", "inspect", "VALUE_CONVERTER",
              "The event claims to be JSON and is not UTF-8"};
    case dead_letter_reason::too_deep:
      return {"too_deep", "inspect", "VALUE_CONVERTER",
              "The event nests brackets over 1,024 deep"};
    case dead_letter_reason::too_large:
      return {"too_large", "inspect", "VALUE_CONVERTER",
              "The event is larger than input.max_event_bytes"};
    case dead_letter_reason::not_an_event:
      return {"not_an_event", "inspect", "VALUE_CONVERTER",
              "A member that the event's type requires is missing or of the "
              "wrong type"};
    case dead_letter_reason::decode_limit:
      return {"decode_limit", "inspect", "TRANSFORMATION",
              "A bound of a decoder or the number of findings was reached"};
    case dead_letter_reason::produce_rejected:
      return {"produce_rejected", "sink", "KAFKA_PRODUCE",
              "The broker refused the output record"};
  }
  std::unreachable();
}

}  // namespace

std::string_view to_string(dead_letter_reason value) noexcept {
  return text_of(value).name;
}

std::vector<message_header> dead_letter_headers(
    dead_letter_reason reason, const kafka_origin& origin,
    std::optional<std::size_t> truncated) {
  const reason_text text = text_of(reason);
  const std::string name(text.name);
  const std::string partition = std::to_string(origin.partition);
  const std::string offset = std::to_string(origin.offset);
  std::vector<message_header> headers{
      {"dlq-reason", name},        {"dlq-stage", std::string(text.stage)},
      {"dlq-topic", origin.topic}, {"dlq-partition", partition},
      {"dlq-offset", offset},      {"dlq-version", TOKENSIEVE_VERSION}};
  if (truncated) {
    headers.push_back({"dlq-truncated", std::to_string(*truncated)});
  }
  headers.insert(
      headers.end(),
      {{"__connect.errors.topic", origin.topic},
       {"__connect.errors.partition", partition},
       {"__connect.errors.offset", offset},
       {"__connect.errors.stage", std::string(text.connect_stage)},
       {"__connect.errors.exception.class.name", "tokensieve." + name},
       {"__connect.errors.exception.message", std::string(text.message)}});
  return headers;
}

}  // namespace tokensieve
