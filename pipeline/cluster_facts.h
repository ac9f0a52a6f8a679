#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tokensieve {

/// A topic as the cluster describes it.
struct topic_facts {
  std::int32_t partitions = 0;
  std::int32_t without_leader = 0;  ///< of them
  std::int32_t replicas = 0;        ///< of the partition with the fewest
  /// Nothing: this client may not read them.
  // NOLINTNEXTLINE(readability-redundant-member-init): it may be left out.
  std::optional<std::map<std::string, std::string>> settings{};
};

/// What a cluster says of itself to this client.
struct cluster_facts {
  std::string id;
  std::vector<std::int32_t> brokers;
  std::map<std::string, topic_facts> topics;  ///< those we may see
  /// Of one broker; nothing: may not be read.
  std::optional<std::map<std::string, std::string>> broker_settings;
  std::optional<std::int32_t> members;  ///< of our group
};

/// How many partitions each topic has.
[[nodiscard]] inline std::map<std::string, std::int32_t> sizes_of(
    const cluster_facts& cluster) {
  std::map<std::string, std::int32_t> sizes;
  for (const auto& [name, topic] : cluster.topics)
    sizes.emplace(name, topic.partitions);
  return sizes;
}

/// When a record was written, and by whose clock.
struct record_stamp {
  std::chrono::sys_time<std::chrono::milliseconds> at;
  bool by_broker;
};

}  // namespace tokensieve
