#pragma once

#include <librdkafka/rdkafka.h>

#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace tokensieve {

// One alias a C handle; a factory returns the handle, `release()` only behind
// the call that took ownership.
template <auto Free>
struct kafka_deleter {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using kafka_client =
    std::unique_ptr<rd_kafka_t, kafka_deleter<rd_kafka_destroy>>;
using kafka_conf =
    std::unique_ptr<rd_kafka_conf_t, kafka_deleter<rd_kafka_conf_destroy>>;
using kafka_queue =
    std::unique_ptr<rd_kafka_queue_t, kafka_deleter<rd_kafka_queue_destroy>>;
using kafka_message = std::unique_ptr<rd_kafka_message_t,
                                      kafka_deleter<rd_kafka_message_destroy>>;
using kafka_headers = std::unique_ptr<rd_kafka_headers_t,
                                      kafka_deleter<rd_kafka_headers_destroy>>;
using kafka_error =
    std::unique_ptr<rd_kafka_error_t, kafka_deleter<rd_kafka_error_destroy>>;
using kafka_topic =
    std::unique_ptr<rd_kafka_topic_t, kafka_deleter<rd_kafka_topic_destroy>>;
using kafka_metadata =
    std::unique_ptr<const rd_kafka_metadata_t,
                    kafka_deleter<rd_kafka_metadata_destroy>>;
using kafka_partitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t,
                    kafka_deleter<rd_kafka_topic_partition_list_destroy>>;
using kafka_group_metadata =
    std::unique_ptr<rd_kafka_consumer_group_metadata_t,
                    kafka_deleter<rd_kafka_consumer_group_metadata_destroy>>;

/// Next offset to read, by (topic, partition).
using kafka_positions =
    std::map<std::pair<std::string, std::int32_t>, std::int64_t>;

[[nodiscard]] inline kafka_partitions to_partitions(
    const kafka_positions& positions) {
  kafka_partitions list(
      rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
  for (const auto& [where, offset] : positions) {
    rd_kafka_topic_partition_list_add(list.get(), where.first.c_str(),
                                      where.second)
        ->offset = offset;
  }
  return list;
}

[[nodiscard]] inline std::span<rd_kafka_topic_partition_t> elements(
    const rd_kafka_topic_partition_list_t& list) {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

}  // namespace tokensieve
