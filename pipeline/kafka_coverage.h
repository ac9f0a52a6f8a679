#pragma once

#include "pipeline/input_topics.h"
#include "pipeline/kafka_handles.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tokensieve {

/// Partitions, by topic and number.
using partition_set = std::set<std::pair<std::string, std::int32_t>>;

/// The first partition of `topics` that is not among `assigned`.
[[nodiscard]] std::optional<partition_set::value_type> find_idle_partition(
    const topic_sizes& topics, const partition_set& assigned);

/// Asks after each assignment what the members of the group have together.
/// Used by the source thread, and never waits.
///
/// The group's leader hands out the partitions that it knows of, and a member
/// rejoins when it sees their number change. But a named member that comes
/// back is given its old assignment without a rebalance, and a number that it
/// sees for the first time is no change to it. If it is the leader, the
/// broker answers the others' rejoining with the assignment that they had,
/// and a partition that was added meanwhile would be nobody's for good.
class coverage_watch {
 public:
  using clock = std::chrono::steady_clock;

  /// The group has given us an assignment.
  void begin(clock::time_point now) { due_ = now + pause_; }
  /// It is over, or the client goes.
  void reset();

  /// Asks when it is time to; the answer comes from a later call.
  [[nodiscard]] std::optional<partition_set> poll(rd_kafka_t* client,
                                                  const std::string& group,
                                                  clock::time_point now);
  /// All is assigned: nothing to ask before the next assignment.
  void covered() { pause_ = k_first_pause; }
  /// Not so, or not known. Longer each time: where asking is of no avail, the
  /// group is to be left in peace.
  void again(clock::time_point now);

 private:
  static constexpr std::chrono::seconds k_first_pause{5};
  static constexpr std::chrono::seconds k_longest_pause{60};

  clock::time_point due_ = clock::time_point::max();
  std::chrono::seconds pause_ = k_first_pause;
  kafka_queue answer_;  // while one is awaited
};

}  // namespace tokensieve
