#include "pipeline/batch.h"

#include <algorithm>
#include <ranges>

namespace tokensieve {

partition_position& batch::position_of(const std::string& topic,
                                       std::int32_t partition) {
  // Records of one partition follow each other.
  const auto reversed = std::views::reverse(positions);
  const auto found =
      std::ranges::find_if(reversed, [&](const partition_position& one) {
        return one.partition == partition && one.topic == &topic;
      });
  if (found != reversed.end()) return *found;
  return positions.emplace_back(
      partition_position{.topic = &topic, .partition = partition});
}

}  // namespace tokensieve
