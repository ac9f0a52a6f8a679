#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace tokensieve {

/// Where in its record the text of a log stands. Says what a JSON pointer does
/// without holding one: most records are never asked.
struct log_field {
  static constexpr std::uint32_t k_none =
      std::numeric_limits<std::uint32_t>::max();

  /// The string's member within the event.
  enum class member : std::uint8_t {
    none,  ///< the event is a string, or a plain text
    text,
    message,
    log,
    message_of_syslog,
    short_message,
    body,
    log_record,  ///< one of many of OpenTelemetry's in an event
  };
  /// What the event stands in, from the outermost in.
  enum class envelope : std::uint8_t { none, data, payload };

  member name = member::none;
  envelope outer = envelope::none;
  envelope inner = envelope::none;
  std::uint32_t document = k_none;  ///< number in NDJSON from 0
  std::uint32_t element = k_none;   ///< number of the event in an array
  std::uint32_t line = k_none;      ///< number of the string in its member
  std::uint32_t resource = 0;       ///< of a log record
  std::uint32_t scope = 0;          ///< of a log record

  /// JSON pointer of the text in its event, envelopes included.
  [[nodiscard]] std::string within() const;
  /// JSON pointer of the text in its document.
  [[nodiscard]] std::string pointer() const;

  auto operator<=>(const log_field&) const = default;
};

/// A string of an event seen as a chunk of a log that comes in many.
struct log_chunk {
  /// Hash of what the event says of the log that it belongs to: `stream`, else
  /// provider, repository, build and job, with `type: build_log` only. Absent
  /// where it does not say; the record's key may.
  std::optional<std::uint64_t> stream;
  std::optional<std::uint64_t> sequence;  ///< the event's place in the log

  /// The event that the text is of, within the record's value.
  std::size_t event_begin = 0;
  std::size_t event_size = 0;
  /// The text: what stands between the quotes of a string, or all of a plain
  /// text.
  std::size_t begin = 0;
  std::size_t size = 0;
  bool escaped = false;  ///< as JSON writes it
  log_field field;
};

}  // namespace tokensieve
