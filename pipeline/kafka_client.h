#pragma once

#include "pipeline/config.h"
#include "pipeline/input_topics.h"
#include "pipeline/kafka_handles.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace tokensieve {

/// A client with our defaults, the user's properties over them and the
/// properties that are tokensieve's own over both. Its log lines go to our
/// log. Callbacks and their opaque are set in `conf` beforehand.
/// Throws std::runtime_error.
[[nodiscard]] kafka_client make_consumer(const config& settings,
                                         kafka_conf conf);
[[nodiscard]] kafka_client make_producer(const config& settings,
                                         kafka_conf conf,
                                         const std::string& transactional_id,
                                         std::size_t max_record_bytes);

/// Reads a topic that this program writes: assigned by hand, never a member of
/// the group, with queues of a megabyte. Tells the end of a partition.
enum class isolation_level : std::uint8_t { read_uncommitted, read_committed };
[[nodiscard]] kafka_client make_topic_reader(const config& settings,
                                             isolation_level isolation);

/// A producer whose records every broker refuses, after it has checked the
/// right to write them: shows what it may do, and writes nothing.
[[nodiscard]] kafka_client make_refused_producer(const config& settings,
                                                 kafka_conf conf);

/// After how long the broker aborts a transaction of ours.
[[nodiscard]] std::chrono::milliseconds transaction_timeout(
    const config& settings);

/// How long a call may stay retriable before it will not succeed: the broker
/// looks for dead transactions every 10 s, so one that its owner left is gone
/// within its time-out and that much.
[[nodiscard]] std::chrono::milliseconds recovery_limit(const config& settings);

/// The property as the client got it.
[[nodiscard]] std::optional<std::string> client_property(
    const rd_kafka_t* client, const char* name);

/// A topic of the cluster, or why it cannot be used.
struct topic_check {
  std::string name;
  rd_kafka_resp_err_t error;  ///< NO_ERROR: it exists and we may see it
};

/// Asks the cluster for topics without creating any. Empty where no broker
/// answered within `patience`.
[[nodiscard]] std::vector<topic_check> check_topics(
    rd_kafka_t* client, std::span<const std::string> names,
    std::chrono::milliseconds patience);

/// The cluster's topics that this client may see and use, without creating
/// any. Nothing where no broker answered within `patience`.
[[nodiscard]] std::optional<topic_sizes> list_topics(
    rd_kafka_t* client, std::chrono::milliseconds patience);

[[nodiscard]] std::vector<std::string> output_topics(const config& settings);

/// Says what to do about an output topic that is not there.
void report_missing_output(const rd_kafka_t* client, const std::string& topic,
                           rd_kafka_resp_err_t why);

}  // namespace tokensieve
