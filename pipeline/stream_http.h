#pragma once

#include "pipeline/config.h"
#include "pipeline/epoch_ledger.h"
#include "pipeline/http_server.h"
#include "pipeline/memory_units.h"
#include "pipeline/stream_monitor.h"

namespace tokensieve {

/// Paths of the stream, for probes and for Prometheus: /livez, /readyz,
/// /metrics. They read what is passed here and outlive none of it.
[[nodiscard]] http_handlers stream_http(const stream_monitor& monitor,
                                        const memory_units& units,
                                        const epoch_ledger& ledger);

}  // namespace tokensieve
