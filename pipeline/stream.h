#pragma once

#include "pipeline/config.h"
#include "pipeline/kafka_sink.h"

namespace tokensieve {

/// The stream with a place for its totals and an observer of its requests
/// (called by the sink thread). Returns the exit status of `run`; the stop
/// signals are installed beforehand.
[[nodiscard]] int run_stream(const config& settings, stream_totals& totals,
                             kafka_sink::observer watch);

}  // namespace tokensieve
