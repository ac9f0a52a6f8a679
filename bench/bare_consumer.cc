// The limit: a consumer with the settings that it is given which only counts.
//
//   bare_consumer --topic NAME [--records N] [--latency] NAME=VALUE...
//
// Reads as a member of `group.id` until it has read N records or is asked to
// stop. Prints what it has read so far ten times a second (`records bytes`),
// and at the end one line of JSON: records, bytes of values, the seconds from
// the first record to the last, and with --latency how many records were how
// many milliseconds old when they were read.

#include "bench/client_options.h"
#include "pipeline/kafka_handles.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <stdexcept>

namespace tokensieve {
namespace {

using steady = std::chrono::steady_clock;

constexpr int k_wait_ms = 100;
constexpr std::size_t k_batch = 1000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class counter {
 public:
  explicit counter(bool with_latency) : with_latency_(with_latency) {}

  void count(const rd_kafka_message_t& message) {
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    last_ = steady::now();
    if (records_ == 0) first_ = last_;
    ++records_;
    bytes_ += message.len;
    if (!with_latency_) return;
    rd_kafka_timestamp_type_t type{};
    ++ages_[now_ms() - rd_kafka_message_timestamp(&message, &type)];
  }

  [[nodiscard]] std::uint64_t records() const { return records_; }

  void print_progress() const {
    std::printf("%llu %llu\n", static_cast<unsigned long long>(records_),
                static_cast<unsigned long long>(bytes_));
    std::fflush(stdout);
  }

  void print() const {
    std::printf(R"({"records":%llu,"bytes":%llu,"seconds":%.4f,"ages_ms":[)",
                static_cast<unsigned long long>(records_),
                static_cast<unsigned long long>(bytes_),
                std::chrono::duration<double>(last_ - first_).count());
    const char* separator = "";
    for (const auto& [age, count] : ages_) {
      std::printf("%s[%lld,%llu]", separator, static_cast<long long>(age),
                  static_cast<unsigned long long>(count));
      separator = ",";
    }
    std::printf("]}\n");
  }

 private:
  const bool with_latency_;
  std::uint64_t records_ = 0;
  std::uint64_t bytes_ = 0;
  steady::time_point first_;
  steady::time_point last_;
  std::map<std::int64_t, std::uint64_t> ages_;
};

void run(const client_options& options) {
  const kafka_client client =
      make_bench_client(RD_KAFKA_CONSUMER, options.properties);
  rd_kafka_poll_set_consumer(client.get());
  const kafka_partitions topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), options.text("topic").c_str(),
                                    RD_KAFKA_PARTITION_UA);
  if (rd_kafka_subscribe(client.get(), topics.get()) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("cannot subscribe");
  }
  const kafka_queue queue(rd_kafka_queue_get_consumer(client.get()));
  const auto enough =
      static_cast<std::uint64_t>(options.number("records", 1e18));
  counter all(options.has("latency"));
  std::array<rd_kafka_message_t*, k_batch> messages{};
  auto report_due = steady::now();
  while (all.records() < enough && !stop_asked()) {
    const auto got = rd_kafka_consume_batch_queue(
        queue.get(), k_wait_ms, messages.data(), messages.size());
    for (rd_kafka_message_t* message : std::span(messages).first(
             got > 0 ? static_cast<std::size_t>(got) : 0)) {
      all.count(*message);
      rd_kafka_message_destroy(message);
    }
    if (steady::now() < report_due) continue;
    all.print_progress();
    report_due = steady::now() + std::chrono::milliseconds(k_wait_ms);
  }
  all.print();
  rd_kafka_consumer_close(client.get());
}

}  // namespace
}  // namespace tokensieve

int main(int argc, char** argv) {
  return tokensieve::run_bench_client(argc, argv, tokensieve::run);
}
