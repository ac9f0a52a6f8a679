#pragma once

#include "pipeline/check.h"
#include "pipeline/cluster_facts.h"
#include "pipeline/config.h"

#include <span>

namespace tokensieve {

// What is to be said of a cluster, given what is known of it: no call to it.

[[nodiscard]] checks check_inputs(const config& settings,
                                  const cluster_facts& cluster);

/// The three output topics; `bootstrap` for the command that makes one.
[[nodiscard]] checks check_outputs(const config& settings,
                                   const cluster_facts& cluster,
                                   const std::string& bootstrap);

[[nodiscard]] checks check_members(const config& settings,
                                   const cluster_facts& cluster);

/// The broker's limit and what is configured.
[[nodiscard]] check check_transaction_limit(
    std::chrono::milliseconds configured, const cluster_facts& cluster);

/// This clock, which reads `now`, and the brokers'. `newest` are the last
/// records of the inputs and of the request topic.
[[nodiscard]] check check_clock(std::span<const record_stamp> newest,
                                std::chrono::system_clock::time_point now);

}  // namespace tokensieve
