#include "pipeline/kafka_settings.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

namespace tokensieve {
namespace {

// `max.message.bytes` of a topic on a default broker.
constexpr std::size_t k_default_message_limit = 1'048'588;

using kafka_event =
    std::unique_ptr<rd_kafka_event_t, kafka_deleter<rd_kafka_event_destroy>>;

// The embedded broker names a controller that does not exist, and librdkafka
// waits for it as long as it may.
bool has_controller(rd_kafka_t* client, std::chrono::milliseconds patience) {
  const int timeout = static_cast<int>(patience.count());
  const std::int32_t id = rd_kafka_controllerid(client, timeout);
  const rd_kafka_metadata_t* listed = nullptr;
  if (rd_kafka_metadata(client, 0, nullptr, &listed, timeout) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return false;
  }
  const kafka_metadata owner(listed);
  return std::ranges::any_of(
      std::span(listed->brokers, static_cast<std::size_t>(listed->broker_cnt)),
      [id](const auto& broker) { return broker.id == id; });
}

std::map<std::string, std::string> entries_of(
    const rd_kafka_ConfigResource_t& resource) {
  std::size_t count = 0;
  const rd_kafka_ConfigEntry_t* const* entries =
      rd_kafka_ConfigResource_configs(&resource, &count);
  std::map<std::string, std::string> found;
  for (const auto* entry : std::span(entries, count)) {
    // A sensitive one has no value.
    if (const char* value = rd_kafka_ConfigEntry_value(entry)) {
      found.emplace(rd_kafka_ConfigEntry_name(entry), value);
    }
  }
  return found;
}

}  // namespace

kafka_settings read_settings(rd_kafka_t* client, rd_kafka_ResourceType_t kind,
                             std::span<const std::string> names,
                             std::chrono::milliseconds patience) {
  if (names.empty() || !has_controller(client, patience)) return {};
  std::vector<rd_kafka_ConfigResource_t*> asked;
  for (const std::string& name : names) {
    asked.push_back(rd_kafka_ConfigResource_new(kind, name.c_str()));
  }
  const kafka_queue answers(rd_kafka_queue_new(client));
  rd_kafka_DescribeConfigs(client, asked.data(), asked.size(), nullptr,
                           answers.get());
  rd_kafka_ConfigResource_destroy_array(asked.data(), asked.size());

  const kafka_event answer(
      rd_kafka_queue_poll(answers.get(), static_cast<int>(patience.count())));
  const auto* result =
      answer == nullptr ? nullptr
                        : rd_kafka_event_DescribeConfigs_result(answer.get());
  if (result == nullptr) return {};
  std::size_t count = 0;
  const rd_kafka_ConfigResource_t* const* resources =
      rd_kafka_DescribeConfigs_result_resources(result, &count);
  kafka_settings settings;
  for (const auto* resource : std::span(resources, count)) {
    if (rd_kafka_ConfigResource_error(resource) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      continue;
    }
    settings.emplace(rd_kafka_ConfigResource_name(resource),
                     entries_of(*resource));
  }
  return settings;
}

std::size_t smallest_message_limit(rd_kafka_t* client,
                                   std::span<const std::string> topics,
                                   std::chrono::milliseconds patience) {
  std::size_t smallest = k_largest_message_limit;
  bool read = false;
  for (const auto& [topic, settings] :
       read_settings(client, RD_KAFKA_RESOURCE_TOPIC, topics, patience)) {
    const auto limit = settings.find("max.message.bytes");
    if (limit == settings.end()) continue;
    smallest = std::min<std::size_t>(
        smallest, std::strtoull(limit->second.c_str(), nullptr, 10));
    read = true;
  }
  return read ? smallest : k_default_message_limit;
}

}  // namespace tokensieve
