#include "pipeline/kafka_coverage.h"

#include <algorithm>
#include <array>
#include <memory>

namespace tokensieve {
namespace {

// A broker answers the requests of a connection one after the other, and a
// fetch that finds nothing takes its time.
constexpr int k_patience_ms = 10'000;

using admin_options =
    std::unique_ptr<rd_kafka_AdminOptions_t,
                    kafka_deleter<rd_kafka_AdminOptions_destroy>>;

void ask(rd_kafka_t* client, const std::string& group,
         rd_kafka_queue_t* answer) {
  const admin_options options(rd_kafka_AdminOptions_new(
      client, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), k_patience_ms,
                                            nullptr, 0);
  std::array<const char*, 1> asked{group.c_str()};
  rd_kafka_DescribeConsumerGroups(client, asked.data(), asked.size(),
                                  options.get(), answer);
}

partition_set partitions_of(const rd_kafka_ConsumerGroupDescription_t& group) {
  partition_set found;
  const auto count = rd_kafka_ConsumerGroupDescription_member_count(&group);
  for (std::size_t i = 0; i < count; ++i) {
    const auto* member = rd_kafka_ConsumerGroupDescription_member(&group, i);
    const auto* partitions = rd_kafka_MemberAssignment_partitions(
        rd_kafka_MemberDescription_assignment(member));
    if (partitions == nullptr) continue;
    for (const auto& one : elements(*partitions)) {
      found.emplace(one.topic, one.partition);
    }
  }
  return found;
}

/// Nothing while the group rebalances, or if nobody told.
std::optional<partition_set> read(const rd_kafka_event_t& answer) {
  const auto* result = rd_kafka_event_DescribeConsumerGroups_result(
      const_cast<rd_kafka_event_t*>(&answer));
  if (result == nullptr) return std::nullopt;
  std::size_t count = 0;
  const auto* groups =
      rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
  if (count != 1 ||
      rd_kafka_ConsumerGroupDescription_error(groups[0]) != nullptr ||
      rd_kafka_ConsumerGroupDescription_state(groups[0]) !=
          RD_KAFKA_CONSUMER_GROUP_STATE_STABLE) {
    return std::nullopt;
  }
  return partitions_of(*groups[0]);
}

}  // namespace

std::optional<partition_set::value_type> find_idle_partition(
    const topic_sizes& topics, const partition_set& assigned) {
  for (const auto& [topic, count] : topics) {
    for (std::int32_t number = 0; number < count; ++number) {
      partition_set::value_type one(topic, number);
      if (!assigned.contains(one)) return one;
    }
  }
  return std::nullopt;
}

void coverage_watch::reset() {
  due_ = clock::time_point::max();
  answer_.reset();
}

std::optional<partition_set> coverage_watch::poll(rd_kafka_t* client,
                                                  const std::string& group,
                                                  clock::time_point now) {
  if (answer_) {
    const kafka_event event(rd_kafka_queue_poll(answer_.get(), 0));
    if (!event) return std::nullopt;
    answer_.reset();
    auto assigned = read(*event);
    if (!assigned) again(now);
    return assigned;
  }
  if (now < due_) return std::nullopt;
  due_ = clock::time_point::max();
  answer_.reset(rd_kafka_queue_new(client));
  ask(client, group, answer_.get());
  return std::nullopt;
}

void coverage_watch::again(clock::time_point now) {
  pause_ = std::min(2 * pause_, k_longest_pause);
  due_ = now + pause_;
}

}  // namespace tokensieve
