#pragma once

#include "schemas/dead_letter.h"
#include "schemas/json_index.h"
#include "schemas/log_chunk.h"

#include <optional>
#include <vector>

namespace tokensieve {

/// Brackets nested deeper than this are refused.
inline constexpr int k_max_json_depth = 1024;

/// An event is looked for inside of so many envelopes: a CloudEvent in a Kafka
/// Connect record.
inline constexpr int k_max_envelopes = 2;

/// Walks the top level of an indexed document: too_deep, invalid_json and
/// not_an_event of the dead-letter table. Looks into no value but the
/// elements of an array (of events) and an event inside of an envelope.
/// Appends what it meets of logs to `chunks`: see chunk_collector.
[[nodiscard]] std::optional<dead_letter_reason> check_document(
    const json_index& document, std::vector<log_chunk>& chunks);

}  // namespace tokensieve
