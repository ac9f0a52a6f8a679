#pragma once

#include "schemas/event_members.h"
#include "schemas/json_index.h"
#include "schemas/log_chunk.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tokensieve {

/// An event holds at most this many chunks; its further strings are joined
/// with nothing.
inline constexpr std::size_t k_max_chunks = 4096;

/// Entries of an event with its envelopes, and what leads to it.
struct event_place {
  std::uint32_t begin;
  std::uint32_t end;
  log_field field;
};

/// Appends the chunks of logs among the strings of an event: the text of a
/// build log, the message of a log shipper's event, each line of an array,
/// OpenTelemetry's log records. Nothing of commits and of whatever else holds
/// no text of one log. Offsets count from the document's first entry.
void collect_chunks(const json_index& document, const event_place& place,
                    const event_members& event, event_type type,
                    std::vector<log_chunk>& out);

/// The same for an event that is the string at `entry`.
void collect_string(const json_index& document, const event_place& place,
                    std::uint32_t entry, std::vector<log_chunk>& out);

}  // namespace tokensieve
