#include "pipeline/partition_watch.h"

#include <algorithm>
#include <cstdint>

namespace tokensieve {

void partition_watch::covered() {
  pause_ = k_first_pause;
  end();
}

void partition_watch::rejoined(clock::time_point now) {
  pause_ = std::min(2 * pause_, k_longest_pause);
  begin(now);
}

std::optional<kafka_positions::key_type> find_unread_partition(
    const topic_sizes& topics, const kafka_positions& ours,
    const kafka_positions& committed) {
  for (const auto& [topic, count] : topics) {
    for (std::int32_t number = 0; number < count; ++number) {
      kafka_positions::key_type one(topic, number);
      if (!ours.contains(one) && !committed.contains(one)) return one;
    }
  }
  return std::nullopt;
}

}  // namespace tokensieve
