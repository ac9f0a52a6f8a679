#include "pipeline/input_offsets.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tokensieve {
namespace {

constexpr std::string_view k_prefix = "v1 replay=";

}  // namespace

void input_offsets::set(const partition& where, std::int64_t offset,
                        std::optional<std::int64_t> replay_from) {
  next[where] = offset;
  if (replay_from) {
    replay[where] = *replay_from;
  } else {
    replay.erase(where);
  }
}

void input_offsets::update(const input_offsets& newer) {
  for (const auto& [where, offset] : newer.next) {
    const auto found = newer.replay.find(where);
    set(where, offset,
        found == newer.replay.end() ? std::nullopt
                                    : std::optional(found->second));
  }
}

kafka_positions input_offsets::first() const {
  kafka_positions from = next;
  for (const auto& [where, offset] : replay)
    from[where] = offset;
  return from;
}

kafka_partitions to_commit(const input_offsets& offsets) {
  kafka_partitions list = to_partitions(offsets.next);
  for (auto& one : elements(*list)) {
    const auto found = offsets.replay.find({one.topic, one.partition});
    if (found == offsets.replay.end()) continue;
    const std::string text = replay_metadata(found->second);
    // The list frees it, so it must be the client's memory.
    one.metadata = rd_kafka_mem_malloc(nullptr, text.size());
    one.metadata_size = text.size();
    std::ranges::copy(text, static_cast<char*>(one.metadata));
  }
  return list;
}

input_offsets from_commit(const rd_kafka_topic_partition_list_t& committed) {
  input_offsets offsets;
  for (const auto& one : elements(committed)) {
    if (one.offset < 0) continue;
    const std::string_view metadata(static_cast<const char*>(one.metadata),
                                    one.metadata_size);
    offsets.set({one.topic, one.partition}, one.offset,
                parse_replay_metadata(metadata, one.offset));
  }
  return offsets;
}

std::string replay_metadata(std::int64_t replay_from) {
  return fmt::format("{}{}", k_prefix, replay_from);
}

std::optional<std::int64_t> parse_replay_metadata(std::string_view metadata,
                                                  std::int64_t next) {
  if (!metadata.starts_with(k_prefix)) return {};
  metadata.remove_prefix(k_prefix.size());
  std::int64_t from = 0;
  const char* const begin = metadata.data();
  const char* const end = begin + metadata.size();
  const auto [behind, error] = std::from_chars(begin, end, from);
  // More may follow: a version only gains members.
  if (error != std::errc() || (behind != end && *behind != ' ')) return {};
  if (from < 0 || from >= next || next - from > k_max_replay_records) return {};
  return from;
}

}  // namespace tokensieve
