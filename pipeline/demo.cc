#include "pipeline/commands.h"
#include "pipeline/demo_samples.h"
#include "pipeline/embedded_broker.h"
#include "pipeline/kafka_client.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"
#include "pipeline/stream.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tokensieve {
namespace {

using clock = std::chrono::steady_clock;

constexpr int k_partitions = 4;
constexpr std::chrono::seconds k_drain_patience{30};

/// A row of the table, without the token's value.
struct found_row {
  std::string token;
  std::string_view kind;
  std::string_view confidence;
  std::string registry;
  std::string where;
};

config demo_config(const embedded_broker& broker) {
  config settings;
  settings.kafka.common["bootstrap.servers"] = broker.bootstrap_servers();
  // The mock cluster keeps plain offset commits and forgets transactional
  // ones.
  settings.delivery = delivery_guarantee::at_least_once;
  settings.input.group = "tokensieve-demo";
  settings.http.listen.clear();
  return settings;
}

/// Sends sample events at a steady rate until the time is up or a signal
/// comes.
class generator {
 public:
  generator(const config& settings, const demo_command& command)
      : producer_(make_producer(settings, kafka_conf(rd_kafka_conf_new()), {},
                                1 << 20)),
        settings_(settings),
        command_(command) {}

  void run() {
    const auto begin = clock::now();
    const auto interval = std::chrono::duration_cast<clock::duration>(
        std::chrono::duration<double>(1.0 / command_.rate));
    while (stop_requested() == stop_level::none) {
      const auto due = begin + sent_.load() * interval;
      if (command_.seconds > 0 &&
          due >= begin + std::chrono::seconds(command_.seconds)) {
        break;
      }
      std::this_thread::sleep_until(due);
      send(make_demo_event(sent_));
      ++sent_;
    }
    rd_kafka_flush(producer_.get(), 5000);
    done_ = true;
  }

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] bool done() const { return done_; }

 private:
  void send(const demo_event& event) {
    const std::string& topic = settings_.input.topics[event.commit ? 1 : 0];
    rd_kafka_producev(
        producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
        RD_KAFKA_V_KEY(event.key.data(), event.key.size()),
        RD_KAFKA_V_VALUE(const_cast<char*>(event.value.data()),
                         event.value.size()),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
        RD_KAFKA_V_END);
    rd_kafka_poll(producer_.get(), 0);
  }

  kafka_client producer_;
  const config& settings_;
  const demo_command command_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> done_{false};
};

found_row row_of(const emission& one) {
  const finding& found = one.token.found;
  const leak& where = one.token.where;
  const auto& origin = std::get<kafka_origin>(one.origin);
  return {display_of(found.token), to_string(found.kind),
          to_string(found.confidence),
          found.registry.empty() ? "-" : found.registry,
          fmt::format("{} [{}] @{} {}:{}:{}", origin.topic, origin.partition,
                      origin.offset, where.field, where.line.value_or(0),
                      where.column.value_or(0))};
}

void print_rows(const std::vector<found_row>& rows) {
  constexpr std::string_view k_row = "  {:<16}  {:<8}  {:<10}  {:<22}  {}\n";
  fmt::print(k_row, "TOKEN", "KIND", "CONFIDENCE", "REGISTRY", "WHERE");
  for (const found_row& row : rows) {
    fmt::print(k_row, row.token, row.kind, row.confidence, row.registry,
               row.where);
  }
}

constexpr std::string_view k_next_steps = R"(
The broker of this demonstration lives inside the process, for trials only: it
keeps no data and knows no access control. To go on:
  a real Kafka here      deploy/local-kafka start
  the topics and rights  deploy/create-topics --help
  your stream            tokensieve run --config FILE   (README.md shows one)
  a file or a CI job     tokensieve scan --redact FILE
)";

}  // namespace

int run_demo(const demo_command& command) {
  embedded_broker broker;
  const config settings = demo_config(broker);
  for (const std::string& topic : settings.input.topics) {
    broker.create_topic(topic, k_partitions);
  }
  for (const std::string& topic :
       {settings.output.requests, settings.output.sightings,
        settings.output.dead_letters}) {
    broker.create_topic(topic, k_partitions);
  }
  fmt::print(
      "tokensieve demo: sample build logs and commits through the real graph,\n"
      "on an embedded broker ({}), for trials only. Every token is made "
      "up.\n\n",
      broker.bootstrap_servers());
  std::fflush(stdout);

  generator events(settings, command);
  stream_totals totals;
  std::vector<found_row> rows;  // written by the sink thread until it ends
  int status = k_exit_stopped;
  {
    const progress shown([&] {
      return fmt::format("{} events sent, {} read, {} requests, {} sightings",
                         events.sent(), totals.records.load(),
                         totals.requests.load(), totals.sightings.load());
    });
    std::jthread sending([&] {
      events.run();
      const auto limit = clock::now() + k_drain_patience;
      while (totals.records.load() < events.sent() && clock::now() < limit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
      request_stop();
    });
    status = run_stream(settings, totals, [&rows](const emission& one) {
      if (one.kind == output_kind::request) rows.push_back(row_of(one));
    });
  }
  print_rows(rows);
  fmt::print(
      "\n{} events ({}) read; {} revocation requests; {} repeats became "
      "sightings.\n{}",
      totals.records.load(),
      format_bytes(static_cast<double>(totals.bytes.load())),
      totals.requests.load(), totals.sightings.load(), k_next_steps);
  return status;
}

}  // namespace tokensieve
