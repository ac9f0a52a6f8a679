#include "pipeline/kafka_survey.h"

#include "pipeline/input_topics.h"
#include "pipeline/kafka_client.h"
#include "pipeline/kafka_settings.h"

#include <algorithm>
#include <limits>
#include <span>
#include <thread>
#include <utility>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A call ends early when its broker cannot be reached; the next one may.
kafka_metadata list_all(rd_kafka_t* client, milliseconds patience) {
  const auto limit = steady_clock::now() + patience;
  constexpr int k_call_ms = 1000;
  do {
    const rd_kafka_metadata_t* listed = nullptr;
    // All topics: asking for one by name could create it.
    if (rd_kafka_metadata(client, 1, nullptr, &listed, k_call_ms) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      return kafka_metadata(listed);
    }
    rd_kafka_poll(client, 0);
  } while (steady_clock::now() < limit);
  return nullptr;
}

topic_facts facts_of(const rd_kafka_metadata_topic& topic) {
  topic_facts facts{.partitions = topic.partition_cnt,
                    .replicas = std::numeric_limits<std::int32_t>::max()};
  for (const auto& one : std::span(
           topic.partitions, static_cast<std::size_t>(topic.partition_cnt))) {
    facts.without_leader += one.leader < 0 ? 1 : 0;
    facts.replicas = std::min(facts.replicas, one.replica_cnt);
  }
  return facts;
}

struct group_answer {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::int32_t members = 0;  // a new group has none
};

group_answer ask_for_group(rd_kafka_t* client, const std::string& group,
                           milliseconds patience) {
  const rd_kafka_group_list* listed = nullptr;
  group_answer answer{
      .error = rd_kafka_list_groups(client, group.c_str(), &listed,
                                    static_cast<int>(patience.count()))};
  if (answer.error != RD_KAFKA_RESP_ERR_NO_ERROR) return answer;
  for (const auto& one :
       std::span(listed->groups, static_cast<std::size_t>(listed->group_cnt))) {
    answer.members = one.member_cnt;
    if (one.err != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) answer.error = one.err;
  }
  rd_kafka_group_list_destroy(listed);
  return answer;
}

// The first question of all makes the coordinator's topic, and is refused
// until that stands.
std::optional<std::int32_t> count_members(rd_kafka_t* client,
                                          const std::string& group,
                                          milliseconds patience) {
  const auto limit = steady_clock::now() + patience;
  while (true) {
    const group_answer answer = ask_for_group(client, group, patience);
    if (answer.error == RD_KAFKA_RESP_ERR_NO_ERROR) return answer.members;
    if (answer.error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
        steady_clock::now() >= limit) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(milliseconds(100));
  }
}

}  // namespace

std::optional<cluster_facts> survey_cluster(rd_kafka_t* client,
                                            const config& settings,
                                            milliseconds patience) {
  const kafka_metadata listed = list_all(client, patience);
  if (!listed) return std::nullopt;
  cluster_facts facts;
  for (const auto& one : std::span(
           listed->brokers, static_cast<std::size_t>(listed->broker_cnt))) {
    facts.brokers.push_back(one.id);
  }
  for (const auto& topic :
       std::span(listed->topics, static_cast<std::size_t>(listed->topic_cnt))) {
    if (topic.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      facts.topics.emplace(topic.topic, facts_of(topic));
    }
  }
  if (char* id =
          rd_kafka_clusterid(client, static_cast<int>(patience.count()))) {
    facts.id = id;
    rd_kafka_mem_free(client, id);
  }

  std::vector<std::string> there = output_topics(settings);
  std::erase_if(there, [&](const std::string& name) {
    return !facts.topics.contains(name);
  });
  for (const auto& [name, partitions] :
       input_topics(settings.input).select(sizes_of(facts))) {
    there.push_back(name);
  }
  for (auto& [name, read] :
       read_settings(client, RD_KAFKA_RESOURCE_TOPIC, there, patience)) {
    facts.topics.at(name).settings = std::move(read);
  }
  const std::string broker = std::to_string(facts.brokers.front());
  auto of_broker = read_settings(client, RD_KAFKA_RESOURCE_BROKER,
                                 std::span(&broker, 1), patience);
  if (!of_broker.empty()) {
    facts.broker_settings = std::move(of_broker.begin()->second);
  }
  facts.members = count_members(client, settings.input.group, patience);
  return facts;
}

}  // namespace tokensieve
