#include "pipeline/kafka_client.h"

#include "pipeline/kafka_properties.h"
#include "pipeline/kafka_settings.h"
#include "pipeline/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace tokensieve {
namespace {

using properties = std::map<std::string, std::string>;

// What librdkafka keeps of a record in its queue besides its bytes.
constexpr std::uint64_t k_record_overhead = 512;
// A broker that is back is noticed within so many milliseconds; librdkafka
// itself lets ten seconds pass.
constexpr const char* k_reconnect = "2000";
// A client asks for the leaders when it loses one, which is before the others
// have missed it, and again only so many milliseconds later; librdkafka itself
// lets five minutes pass. So long a new partition may go unnoticed as well.
constexpr const char* k_metadata_refresh = "10000";

void log_line(const rd_kafka_t*, int level, const char* facility,
              const char* text) noexcept {
  // Syslog's levels; what librdkafka says at 7 is for its developers.
  const auto severity = level <= 3   ? log_level::error
                        : level == 4 ? log_level::warn
                        : level <= 6 ? log_level::info
                                     : log_level::debug;
  log_library("kafka", facility, severity, text);
}

kafka_client make_client(rd_kafka_type_t type, kafka_conf conf,
                         const properties& all) {
  std::array<char, 512> reason{};
  for (const auto& [name, value] : all) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(),
                          reason.data(), reason.size()) != RD_KAFKA_CONF_OK) {
      // The value may be a password.
      throw std::runtime_error(
          fmt::format("librdkafka refuses kafka property {}", name));
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), log_line);
  kafka_client client(
      rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
  if (!client) {
    throw std::runtime_error(
        fmt::format("cannot make a Kafka client: {}", reason.data()));
  }
  std::ignore = conf.release();  // the client took it
  return client;
}

/// `defaults`, the user's over them, `owned` over both. By the canonical
/// names: an alias must not stand beside the name it is an alias for.
properties layer(const properties& defaults, const config& settings,
                 kafka_side side, const properties& owned) {
  properties merged;
  for (const properties& layer :
       {defaults, properties_for(settings.kafka, side), owned}) {
    for (const auto& [name, value] : layer) {
      merged.insert_or_assign(std::string(canonical_kafka_name(name)), value);
    }
  }
  return merged;
}

}  // namespace

kafka_client make_consumer(const config& settings, kafka_conf conf) {
  // The client's own queues are a part of `memory`: an eighth. librdkafka 2.0.2
  // stops fetching for a second when its queue is full, so the queue should
  // hold a second of the peak. It counts the records' own bytes alone, so their
  // number is bounded, too.
  const std::uint64_t queue_kib =
      std::clamp<std::uint64_t>(settings.memory / 8 / 1024, 1024, 1 << 18);
  const std::uint64_t queue_records = std::clamp<std::uint64_t>(
      queue_kib * 1024 / k_record_overhead, 1000, 100'000);
  // What a fetch brings comes on top, whole and inflated, and lz4 makes a log
  // of little but repeats 140 times smaller: a fetch is so small that this fits
  // into half of what the program leaves. Smaller ones cost CPU, most of all
  // with a thousand partitions, each of which every fetch names.
  constexpr std::uint64_t k_program = std::uint64_t{48} << 20;
  constexpr std::uint64_t k_parts = 232;
  const std::uint64_t fetch_bytes = std::clamp<std::uint64_t>(
      (settings.memory - std::min(settings.memory, k_program)) / k_parts,
      std::uint64_t{64} << 10, std::uint64_t{16} << 20);
  properties owned{
      {"group.id", settings.input.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"partition.assignment.strategy", "range,roundrobin"},
      {"enable.partition.eof", "false"},
      {"message.max.bytes", k_least_message_limit},
  };
  if (!settings.instance.empty()) {
    owned["group.instance.id"] = settings.instance;
  }
  const properties defaults{
      {"client.id", "tokensieve"},
      {"check.crcs", "true"},
      {"session.timeout.ms", "12000"},
      {"heartbeat.interval.ms", "3000"},
      {"topic.metadata.refresh.interval.ms", k_metadata_refresh},
      {"fetch.min.bytes", "1"},
      {"fetch.max.bytes", std::to_string(fetch_bytes)},
      {"queued.max.messages.kbytes", std::to_string(queue_kib)},
      {"queued.min.messages", std::to_string(queue_records)},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.max.ms", k_reconnect},
      {"log.connection.close", "false"},
  };
  return make_client(RD_KAFKA_CONSUMER, std::move(conf),
                     layer(defaults, settings, kafka_side::consumer, owned));
}

kafka_client make_producer(const config& settings, kafka_conf conf,
                           const std::string& transactional_id,
                           std::size_t max_record_bytes) {
  properties owned{
      {"enable.idempotence", "true"},
      {"partitioner", "murmur2_random"},
  };
  properties defaults{
      {"client.id", "tokensieve"},
      {"topic.metadata.refresh.interval.ms", k_metadata_refresh},
      {"linger.ms", "0"},
      {"compression.type", "lz4"},
      {"message.max.bytes",
       std::to_string(std::clamp<std::size_t>(max_record_bytes, 1000,
                                              k_largest_message_limit))},
      {"queue.buffering.max.kbytes",
       std::to_string(std::clamp<std::uint64_t>(settings.memory / 8 / 1024,
                                                1024, 1 << 20))},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.max.ms", k_reconnect},
      {"log.connection.close", "false"},
  };
  if (settings.delivery == delivery_guarantee::exactly_once) {
    owned["transactional.id"] = transactional_id;
    // A reader waits this long, and up to 10 s more, for the transaction of a
    // process that died.
    defaults["transaction.timeout.ms"] =
        std::to_string(k_transaction_timeout.count());
  }
  properties merged = layer(defaults, settings, kafka_side::producer, owned);
  // librdkafka insists that a record is given up before its transaction is.
  const auto timeout = merged.find("transaction.timeout.ms");
  if (timeout != merged.end()) {
    const auto transaction =
        std::strtoull(timeout->second.c_str(), nullptr, 10);
    merged.try_emplace("message.timeout.ms",
                       std::to_string(transaction - transaction / 5));
  }
  return make_client(RD_KAFKA_PRODUCER, std::move(conf), merged);
}

kafka_client make_topic_reader(const config& settings,
                               isolation_level isolation) {
  const properties owned{
      // The group's own name: a client that reads needs one, and ours is one
      // that we have the rights for. It is never joined.
      {"group.id", settings.input.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},
      {"isolation.level", isolation == isolation_level::read_committed
                              ? "read_committed"
                              : "read_uncommitted"},
      {"enable.partition.eof", "true"},
      {"message.max.bytes", k_least_message_limit},
      {"fetch.min.bytes", "1"},
      // The end is told when a fetch comes back empty.
      {"fetch.wait.max.ms", "100"},
      {"fetch.max.bytes", "1048576"},
      {"fetch.message.max.bytes", "262144"},
      // Full, it costs a start a pause (kafka_follower::wake_fetches).
      {"queued.max.messages.kbytes",
       std::to_string(std::clamp<std::uint64_t>(settings.memory / 32 / 1024,
                                                1024, 1 << 14))},
  };
  const properties defaults{
      {"client.id", "tokensieve"},
      {"check.crcs", "true"},
      {"topic.metadata.refresh.interval.ms", k_metadata_refresh},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.max.ms", k_reconnect},
      {"log.connection.close", "false"}};
  return make_client(RD_KAFKA_CONSUMER, kafka_conf(rd_kafka_conf_new()),
                     layer(defaults, settings, kafka_side::consumer, owned));
}

std::chrono::milliseconds transaction_timeout(const config& settings) {
  const properties given = layer({}, settings, kafka_side::producer, {});
  const auto set = given.find("transaction.timeout.ms");
  return set == given.end() ? k_transaction_timeout
                            : std::chrono::milliseconds(std::strtoll(
                                  set->second.c_str(), nullptr, 10));
}

std::chrono::milliseconds recovery_limit(const config& settings) {
  return transaction_timeout(settings) + std::chrono::seconds(12);
}

kafka_client make_refused_producer(const config& settings, kafka_conf conf) {
  const properties owned{
      {"enable.idempotence", "false"},
      // Brokers know 0, 1 and all.
      {"acks", "2"},
      {"message.timeout.ms", "10000"},
  };
  const properties defaults{{"client.id", "tokensieve"},
                            {"linger.ms", "0"},
                            {"log.connection.close", "false"}};
  return make_client(RD_KAFKA_PRODUCER, std::move(conf),
                     layer(defaults, settings, kafka_side::producer, owned));
}

std::optional<std::string> client_property(const rd_kafka_t* client,
                                           const char* name) {
  std::array<char, 512> value{};
  std::size_t size = value.size();
  if (rd_kafka_conf_get(rd_kafka_conf(const_cast<rd_kafka_t*>(client)), name,
                        value.data(), &size) != RD_KAFKA_CONF_OK) {
    return std::nullopt;
  }
  return std::string(value.data());
}

std::vector<topic_check> check_topics(rd_kafka_t* client,
                                      std::span<const std::string> names,
                                      std::chrono::milliseconds patience) {
  // The list of all topics: asking for one by name could create it.
  const rd_kafka_metadata_t* listed = nullptr;
  if (rd_kafka_metadata(client, 1, nullptr, &listed,
                        static_cast<int>(patience.count())) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {};
  }
  const std::span topics(listed->topics,
                         static_cast<std::size_t>(listed->topic_cnt));
  std::vector<topic_check> checks;
  for (const std::string& name : names) {
    const auto found =
        std::ranges::find_if(topics, [&](const rd_kafka_metadata_topic& topic) {
          return name == topic.topic;
        });
    checks.push_back({name, found == topics.end()
                                ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART
                                : found->err});
  }
  rd_kafka_metadata_destroy(listed);
  return checks;
}

std::optional<topic_sizes> list_topics(rd_kafka_t* client,
                                       std::chrono::milliseconds patience) {
  const rd_kafka_metadata_t* listed = nullptr;
  if (rd_kafka_metadata(client, 1, nullptr, &listed,
                        static_cast<int>(patience.count())) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::nullopt;
  }
  topic_sizes topics;
  for (const rd_kafka_metadata_topic& one :
       std::span(listed->topics, static_cast<std::size_t>(listed->topic_cnt))) {
    if (one.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      topics.emplace(one.topic, one.partition_cnt);
    }
  }
  rd_kafka_metadata_destroy(listed);
  return topics;
}

std::vector<std::string> output_topics(const config& settings) {
  return {settings.output.requests, settings.output.sightings,
          settings.output.dead_letters};
}

void report_missing_output(const rd_kafka_t* client, const std::string& topic,
                           rd_kafka_resp_err_t why) {
  log_error(
      "output topic {}: {}; create it with: deploy/create-topics --bootstrap "
      "{} "
      "(or give this client the right to describe it)",
      topic, rd_kafka_err2str(why),
      client_property(client, "bootstrap.servers").value_or("HOST"));
}

}  // namespace tokensieve
