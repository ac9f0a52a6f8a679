#include "pipeline/partition_lag.h"

#include <algorithm>

namespace tokensieve {
namespace {

std::chrono::milliseconds milliseconds_of(partition_lag::clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
      at.time_since_epoch());
}

}  // namespace

void partition_lag::assign(const kafka_positions& partitions,
                           clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  partitions_.clear();
  for (const auto& [where, offset] : partitions)
    partitions_.emplace(where, state{.time = milliseconds_of(now)});
}

void partition_lag::clear() {
  const std::scoped_lock lock(mutex_);
  partitions_.clear();
}

void partition_lag::read(const std::string& topic, std::int32_t partition,
                         std::int64_t timestamp_ms) {
  const std::scoped_lock lock(mutex_);
  const auto found = partitions_.find({topic, partition});
  if (found == partitions_.end()) return;
  found->second.time = std::chrono::milliseconds(timestamp_ms);
}

void partition_lag::look_up_ends(rd_kafka_t* consumer) {
  const std::scoped_lock lock(mutex_);
  for (auto& [where, known] : partitions_) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    if (rd_kafka_get_watermark_offsets(consumer, where.first.c_str(),
                                       where.second, &low,
                                       &high) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        high >= 0) {
      known.end = high;
    }
  }
}

void partition_lag::set_end(const std::string& topic, std::int32_t partition,
                            std::int64_t end) {
  const std::scoped_lock lock(mutex_);
  const auto found = partitions_.find({topic, partition});
  if (found != partitions_.end()) found->second.end = end;
}

std::size_t partition_lag::assigned() const {
  const std::scoped_lock lock(mutex_);
  return partitions_.size();
}

std::vector<partition_lag::measured> partition_lag::measure(
    const kafka_positions& committed, clock::time_point now) const {
  const std::scoped_lock lock(mutex_);
  std::vector<measured> all;
  for (const auto& [where, known] : partitions_) {
    const auto position = committed.find(where);
    if (!known.end || position == committed.end()) continue;
    const std::int64_t records =
        std::max<std::int64_t>(0, *known.end - position->second);
    const auto age = std::max(std::chrono::milliseconds(0),
                              milliseconds_of(now) - known.time);
    all.push_back({.topic = where.first,
                   .partition = where.second,
                   .records = records,
                   .age = records == 0 ? std::chrono::milliseconds(0) : age});
  }
  return all;
}

}  // namespace tokensieve
