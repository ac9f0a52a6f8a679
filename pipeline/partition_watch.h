#pragma once

#include "pipeline/input_topics.h"
#include "pipeline/kafka_handles.h"

#include <chrono>
#include <optional>

namespace tokensieve {

/// When a member looks for a partition that no member of the group reads.
/// Used by the source thread.
///
/// The group's leader hands out the partitions that it knows of, and a member
/// rejoins when it sees their number change. But a named member that comes
/// back is given its old assignment without a rebalance, and a number that it
/// sees for the first time is no change to it. If it is the leader, the
/// broker answers the others' rejoining with the assignment that they had,
/// and a partition that was added meanwhile would be nobody's for good.
class partition_watch {
 public:
  using clock = std::chrono::steady_clock;

  /// The group has given us an assignment, or could not be asked: look later.
  void begin(clock::time_point now) { due_ = now + pause_; }
  /// The assignment is over.
  void end() { due_ = clock::time_point::max(); }
  [[nodiscard]] bool is_due(clock::time_point now) const { return now >= due_; }

  /// All are read: no need to look before the next assignment.
  void covered();
  /// One was not, and we rejoin. Where that is of no avail, the group is left
  /// in peace for longer each time.
  void rejoined(clock::time_point now);

 private:
  // Longer than it takes a member to commit where it begins.
  static constexpr std::chrono::seconds k_first_pause{10};
  static constexpr std::chrono::seconds k_longest_pause{640};

  clock::time_point due_ = clock::time_point::max();
  std::chrono::seconds pause_ = k_first_pause;
};

/// A partition of `topics` that is not ours and in which the group has no
/// offset. Each member commits where it begins to read, records or none.
[[nodiscard]] std::optional<kafka_positions::key_type> find_unread_partition(
    const topic_sizes& topics, const kafka_positions& ours,
    const kafka_positions& committed);

}  // namespace tokensieve
