#pragma once

#include "pipeline/check.h"
#include "pipeline/cluster_facts.h"
#include "pipeline/config.h"
#include "pipeline/kafka_handles.h"

#include <chrono>
#include <vector>

namespace tokensieve {

// What this client may do, found out by trying. Nothing that is written stays,
// and nothing that runs is disturbed.

struct read_trial {
  checks found;
  std::vector<record_stamp> newest;  ///< the last record of each partition
};

/// Reads the last record of every partition of the inputs and of the request
/// topic.
[[nodiscard]] read_trial try_to_read(const config& settings,
                                     const cluster_facts& cluster,
                                     std::chrono::milliseconds patience);

/// Writes a record that is refused to each output.
[[nodiscard]] checks try_to_write(const config& settings,
                                  const cluster_facts& cluster,
                                  std::chrono::milliseconds patience);

/// A transaction with an offset of the group, which is aborted. Its
/// transactional id is nobody's else: that of a running instance would end it.
[[nodiscard]] checks try_a_transaction(const config& settings,
                                       const cluster_facts& cluster,
                                       std::chrono::milliseconds patience);

/// The group's offsets, where there are no transactions.
[[nodiscard]] checks try_the_group(const config& settings,
                                   const cluster_facts& cluster,
                                   std::chrono::milliseconds patience);

}  // namespace tokensieve
