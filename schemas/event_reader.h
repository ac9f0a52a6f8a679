#pragma once

#include "schemas/dead_letter.h"
#include "schemas/leak.h"
#include "schemas/log_chunk.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace tokensieve {

/// The bytes of one event as they arrived. Does not own them.
struct event_bytes {
  std::string_view value;
  /// The record's `content-type` header; empty where it has none.
  std::string_view content_type;
  /// Bytes behind `value` that may be read (never interpreted): with
  /// simdjson's padding of them the event is indexed where it lies, else it
  /// is copied first.
  std::size_t readable_behind = 0;
};

/// One string of an event. Valid during the call that hands it out.
struct event_text {
  std::string_view text;       ///< unescaped; any bytes
  std::string_view pointer;    ///< JSON pointer within the document; for a
                               ///< key that of the object which holds it
  std::uint32_t document = 0;  ///< number in NDJSON from 0
  bool key = false;
  bool patch = false;  ///< a unified diff
};

/// Receives the strings of an event, in the order in which they stand.
class event_visitor {
 public:
  virtual ~event_visitor() = default;
  virtual void on_text(const event_text& text) = 0;
};

/// Reads events of any shape: JSON of every known and unknown shape, NDJSON,
/// plain text, arbitrary bytes. A byte-order mark, and the five bytes that
/// Confluent's serialisers put in front of JSON, are skipped: places count from
/// behind them. One a worker: owns simdjson's parser and its buffers; not
/// thread-safe. No call throws but std::bad_alloc.
class event_reader {
 public:
  event_reader();
  ~event_reader();
  event_reader(event_reader&&) noexcept;
  event_reader& operator=(event_reader&&) noexcept;

  /// Is this a valid event (the dead-letter table, without unescaping
  /// anything)? The path of every event without a prefilter hit: builds the
  /// structural index and walks the top level.
  [[nodiscard]] std::optional<dead_letter_reason> check(
      const event_bytes& event);

  /// As `check`, and hands every string of the event, keys included, to
  /// `visitor`. Where the event is text, or claims to be JSON and cannot be
  /// read to its end, the raw bytes (of the document that is broken) are
  /// handed out with an empty pointer. So they are, behind the strings, where
  /// a fault below the top level may have hidden some: a token can come twice.
  [[nodiscard]] std::optional<dead_letter_reason> read(const event_bytes& event,
                                                       event_visitor& visitor);

  /// What is known of the place of a text that the last `read` handed out:
  /// kind, provider, repository, path, ... as the event's shape says. `field`
  /// is `pointer`, `index` is set in NDJSON; line, column and side are left
  /// to `locate`. Strings are not masked. Quick where the texts come in the
  /// order in which they were handed out.
  /// REQUIRES: the bytes of that `read` live, and no `check` or `shrink` since.
  [[nodiscard]] leak describe(std::uint32_t document,
                              std::string_view pointer) const;

  /// The chunks of logs that the event of the last `check` or `read` holds, in
  /// the order in which they stand; none where it is broken. Offsets count from
  /// the first byte of the event's value. Valid until the next call.
  [[nodiscard]] std::span<const log_chunk> chunks() const;

  /// Gives the memory of a large event back.
  void shrink();

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace tokensieve
