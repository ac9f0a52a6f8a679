#pragma once

#include "pipeline/kafka_handles.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// No replay begins further back, so that none takes long.
inline constexpr std::int64_t k_max_replay_records = 10'000;

/// What a commit says of the inputs, and a start goes on from.
struct input_offsets {
  using partition = kafka_positions::key_type;

  kafka_positions next;  ///< to be read
  /// Where reading begins instead, so that the ends of the logs in front of
  /// `next` are known again; of partitions that have some.
  // NOLINTNEXTLINE(readability-redundant-member-init): it may be left out.
  kafka_positions replay{};

  void set(const partition& where, std::int64_t offset,
           std::optional<std::int64_t> replay_from);
  /// Takes over the partitions of `newer`.
  void update(const input_offsets& newer);

  /// Where reading begins.
  [[nodiscard]] kafka_positions first() const;

  bool operator==(const input_offsets&) const = default;
};

/// For a commit, which keeps where a replay begins as metadata.
[[nodiscard]] kafka_partitions to_commit(const input_offsets& offsets);
/// What the group has committed; partitions without an offset are left out.
[[nodiscard]] input_offsets from_commit(
    const rd_kafka_topic_partition_list_t& committed);

[[nodiscard]] std::string replay_metadata(std::int64_t replay_from);
/// Nothing where another program wrote the metadata, or a version that says
/// it in another way.
[[nodiscard]] std::optional<std::int64_t> parse_replay_metadata(
    std::string_view metadata, std::int64_t next);

}  // namespace tokensieve
