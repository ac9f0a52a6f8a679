#pragma once

#include "detectors/scanner.h"
#include "pipeline/batch.h"
#include "schemas/event_reader.h"

#include <cstddef>

namespace tokensieve {

/// Appends record `index` to `work.chunks` if it is a chunk of a log that has
/// a name. `reader` has just read or checked its value; `hit`: the prefilter
/// matched.
void note_chunk(batch& work, std::size_t index, const event_reader& reader,
                bool hit, scanner& with);

}  // namespace tokensieve
