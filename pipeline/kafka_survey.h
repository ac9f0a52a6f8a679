#pragma once

#include "pipeline/cluster_facts.h"
#include "pipeline/config.h"
#include "pipeline/kafka_handles.h"

#include <chrono>
#include <optional>

namespace tokensieve {

/// Asks the cluster about itself, without creating or changing anything.
/// Nothing where no broker answers within `patience`.
[[nodiscard]] std::optional<cluster_facts> survey_cluster(
    rd_kafka_t* client, const config& settings,
    std::chrono::milliseconds patience);

}  // namespace tokensieve
