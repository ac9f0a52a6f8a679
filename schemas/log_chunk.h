#pragma once

#include "schemas/json_index.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tokensieve {

/// An event seen as a chunk of a log that comes in many.
struct log_chunk {
  /// Hash of what the event says of the log that it belongs to: `stream`, else
  /// provider, repository, build and job, with `type: build_log` only. Absent
  /// where it does not say; the record's key may.
  std::optional<std::uint64_t> stream;
  std::optional<std::uint64_t> sequence;  ///< its place in the log

  /// The log's text within the event's bytes: what stands between the quotes
  /// of a string, or all of a plain text.
  std::size_t begin = 0;
  std::size_t size = 0;
  bool escaped = false;  ///< as JSON writes it
  std::string field;     ///< JSON pointer of the text
};

/// What an indexed document is as a chunk: the text of a build log, the
/// message of a log shipper's event, a string, and any of these in a CloudEvent
/// or a Kafka Connect record. Nothing for commits, for arrays and for whatever
/// holds no text of one log. `begin` counts from the document's first entry.
/// One walk of the top level; allocates nothing but a long pointer.
[[nodiscard]] std::optional<log_chunk> chunk_of(const json_index& document);

}  // namespace tokensieve
