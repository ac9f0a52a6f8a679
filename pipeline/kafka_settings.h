#pragma once

#include "pipeline/kafka_handles.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <span>
#include <string>

namespace tokensieve {

/// The settings of topics or brokers, by their names and the settings'. Those
/// that this client may not read are left out.
using kafka_settings =
    std::map<std::string, std::map<std::string, std::string>>;

/// Asks the cluster; empty where nobody answered within `patience`.
[[nodiscard]] kafka_settings read_settings(rd_kafka_t* client,
                                           rd_kafka_ResourceType_t kind,
                                           std::span<const std::string> names,
                                           std::chrono::milliseconds patience);

/// What librdkafka takes for `message.max.bytes`.
inline constexpr std::size_t k_largest_message_limit = 1'000'000'000;

/// The smallest `max.message.bytes` of `topics`; the broker's default of
/// 1,048,588 where it may not be read.
[[nodiscard]] std::size_t smallest_message_limit(
    rd_kafka_t* client, std::span<const std::string> topics,
    std::chrono::milliseconds patience);

}  // namespace tokensieve
