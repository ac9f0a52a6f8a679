#include "pipeline/kafka_rights.h"

#include "pipeline/input_topics.h"
#include "pipeline/kafka_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace tokensieve {
namespace {

using enum check_level;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int k_poll_ms = 100;
// No record is written in the trial transaction.
constexpr std::size_t k_trial_record_bytes = 1'000'000;
// The command that gives all rights.
constexpr std::string_view k_give =
    "deploy/create-topics --principal gives the rights";

std::set<std::string> inputs_of(const config& settings,
                                const cluster_facts& cluster) {
  topic_sizes sizes;
  for (const auto& [name, topic] : cluster.topics) {
    sizes.emplace(name, topic.partitions);
  }
  std::set<std::string> names;
  for (const auto& [name, size] : input_topics(settings.input).select(sizes)) {
    names.insert(name);
  }
  return names;
}

std::optional<record_stamp> stamp_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t at = rd_kafka_message_timestamp(&message, &type);
  if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) return std::nullopt;
  return record_stamp{std::chrono::sys_time<milliseconds>(milliseconds(at)),
                      type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME};
}

kafka_partitions ends_of(const std::set<std::string>& topics,
                         const cluster_facts& cluster) {
  kafka_partitions list(rd_kafka_topic_partition_list_new(16));
  for (const std::string& name : topics) {
    for (std::int32_t i = 0; i < cluster.topics.at(name).partitions; ++i) {
      rd_kafka_topic_partition_list_add(list.get(), name.c_str(), i)->offset =
          RD_KAFKA_OFFSET_TAIL(1);
    }
  }
  return list;
}

// A refusal of a step, or that it came to nothing.
check refused(std::string subject, std::string_view step,
              rd_kafka_resp_err_t code, std::string_view reason) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return {fail, std::move(subject),
              fmt::format("no right to {}: {}", step, k_give)};
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
      return {fail, std::move(subject),
              "transaction.timeout.ms is above the brokers' "
              "transaction.max.timeout.ms: lower "
              "kafka.producer.transaction.timeout.ms"};
    default:
      return {fail, std::move(subject),
              fmt::format("could not {}: {}", step, reason)};
  }
}

check refused(std::string subject, std::string_view step,
              const rd_kafka_error_t& error) {
  return refused(std::move(subject), step, rd_kafka_error_code(&error),
                 rd_kafka_error_string(&error));
}

// The group's offset of a partition that we read, as it stands.
struct group_offset {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  kafka_partitions list;  ///< empty if there is no input yet
};

group_offset read_group_offset(const config& settings,
                               const cluster_facts& cluster,
                               milliseconds patience) {
  group_offset read{.list =
                        kafka_partitions(rd_kafka_topic_partition_list_new(1))};
  const auto inputs = inputs_of(settings, cluster);
  if (inputs.empty()) return read;
  rd_kafka_topic_partition_list_add(read.list.get(), inputs.begin()->c_str(),
                                    0);
  const kafka_client client =
      make_topic_reader(settings, isolation_level::read_committed);
  read.error = rd_kafka_committed(client.get(), read.list.get(),
                                  static_cast<int>(patience.count()));
  auto& only = elements(*read.list).front();
  if (read.error == RD_KAFKA_RESP_ERR_NO_ERROR) read.error = only.err;
  only.err = RD_KAFKA_RESP_ERR_NO_ERROR;
  only.offset = std::max<std::int64_t>(only.offset, 0);
  return read;
}

}  // namespace

read_trial try_to_read(const config& settings, const cluster_facts& cluster,
                       milliseconds patience) {
  read_trial trial;
  std::set<std::string> topics = inputs_of(settings, cluster);
  if (cluster.topics.contains(settings.output.requests)) {
    topics.insert(settings.output.requests);
  }
  if (topics.empty()) return trial;
  const kafka_client client =
      make_topic_reader(settings, isolation_level::read_uncommitted);
  const kafka_partitions ends = ends_of(topics, cluster);
  rd_kafka_assign(client.get(), ends.get());

  // Each partition answers once: with a record, its end or an error.
  std::set<std::pair<std::string, std::int32_t>> silent;
  for (const auto& one : elements(*ends)) {
    silent.emplace(one.topic, one.partition);
  }
  std::map<std::string, rd_kafka_resp_err_t> errors;
  const auto limit = steady_clock::now() + patience;
  while (!silent.empty() && steady_clock::now() < limit) {
    const kafka_message message(
        rd_kafka_consumer_poll(client.get(), k_poll_ms));
    if (!message || message->rkt == nullptr) continue;
    const std::string name = rd_kafka_topic_name(message->rkt);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (const auto stamp = stamp_of(*message)) trial.newest.push_back(*stamp);
    } else if (message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      // The topic's, whichever partition said so.
      errors[name] = message->err;
      std::erase_if(silent, [&](const auto& one) { return one.first == name; });
    } else if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      errors[name] = message->err;
    }
    silent.erase({name, message->partition});
  }
  for (const std::string& name : topics) {
    const auto error = errors.find(name);
    const auto mute = std::ranges::count(
        silent, name, [](const auto& one) { return one.first; });
    if (error != errors.end()) {
      trial.found.push_back(refused("read " + name, "read it", error->second,
                                    rd_kafka_err2str(error->second)));
    } else if (mute > 0) {
      trial.found.push_back(
          {warn, "read " + name,
           fmt::format("{} partitions did not answer within {} s: have they a "
                       "leader that this machine can reach?",
                       mute, patience.count() / 1000)});
    } else {
      trial.found.push_back({ok, "read " + name, "allowed"});
    }
  }
  return trial;
}

checks try_to_write(const config& settings, const cluster_facts& cluster,
                    milliseconds patience) {
  struct delivery {
    static void report(rd_kafka_t*, const rd_kafka_message_t* message,
                       void*) noexcept {
      *static_cast<std::optional<rd_kafka_resp_err_t>*>(message->_private) =
          message->err;
    }
  };
  checks found;
  std::map<std::string, std::optional<rd_kafka_resp_err_t>> answers;
  {
    kafka_conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_dr_msg_cb(conf.get(), delivery::report);
    const kafka_client client =
        make_refused_producer(settings, std::move(conf));
    // One that is missing could be made by asking for it.
    for (const std::string& name : output_topics(settings)) {
      if (!cluster.topics.contains(name)) continue;
      auto& answer = answers[name];
      const rd_kafka_resp_err_t error = rd_kafka_producev(
          client.get(), RD_KAFKA_V_TOPIC(name.c_str()), RD_KAFKA_V_PARTITION(0),
          RD_KAFKA_V_OPAQUE(&answer), RD_KAFKA_V_END);
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR) answer = error;
    }
    rd_kafka_flush(client.get(), static_cast<int>(patience.count()));
    // What is left is reported now, while its answer still exists.
    rd_kafka_purge(client.get(),
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client.get(), k_poll_ms);
  }
  for (const auto& [name, answer] : answers) {
    const auto error = answer.value_or(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (error == RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS) {
      found.push_back({ok, "write " + name, "allowed"});
    } else {
      found.push_back(refused("write " + name, "write to it", error,
                              rd_kafka_err2str(error)));
    }
  }
  return found;
}

checks try_a_transaction(const config& settings, const cluster_facts& cluster,
                         milliseconds patience) {
  const int timeout = static_cast<int>(patience.count());
  const std::string id = settings.input.group + "-doctor";
  const std::string subject = fmt::format("transaction {}", id);
  const kafka_client client = make_producer(
      settings, kafka_conf(rd_kafka_conf_new()), id, k_trial_record_bytes);
  kafka_error error(rd_kafka_init_transactions(client.get(), timeout));
  if (error) {
    return {refused(subject,
                    fmt::format("use transactional ids that begin with {}-",
                                settings.input.group),
                    *error)};
  }
  error.reset(rd_kafka_begin_transaction(client.get()));
  if (error) return {refused(subject, "begin a transaction", *error)};
  checks found;
  const group_offset offset = read_group_offset(settings, cluster, patience);
  if (offset.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    found.push_back(refused("group " + settings.input.group,
                            "read the group's offsets", offset.error,
                            rd_kafka_err2str(offset.error)));
  } else if (offset.list->cnt == 0) {
    found.push_back({note, "group " + settings.input.group,
                     "the right to commit could not be told: no input yet"});
  } else {
    const kafka_group_metadata member(
        rd_kafka_consumer_group_metadata_new(settings.input.group.c_str()));
    error.reset(rd_kafka_send_offsets_to_transaction(
        client.get(), offset.list.get(), member.get(), timeout));
    found.push_back(error ? refused("group " + settings.input.group,
                                    "commit the group's offsets", *error)
                          : check{ok, "group " + settings.input.group,
                                  "may commit its offsets"});
  }
  error.reset(rd_kafka_abort_transaction(client.get(), timeout));
  found.push_back(error ? refused(subject, "abort a transaction", *error)
                        : check{ok, subject, "begun and aborted"});
  return found;
}

checks try_the_group(const config& settings, const cluster_facts& cluster,
                     milliseconds patience) {
  const group_offset offset = read_group_offset(settings, cluster, patience);
  const std::string subject = "group " + settings.input.group;
  if (offset.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {refused(subject, "read the group's offsets", offset.error,
                    rd_kafka_err2str(offset.error))};
  }
  return {{note, subject,
           "the right to commit its offsets could not be told without "
           "committing some"}};
}

}  // namespace tokensieve
