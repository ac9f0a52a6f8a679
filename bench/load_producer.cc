// The load: produces the events of a file, a line each, over and over.
//
//   load_producer --topic NAME --partitions N --events FILE [--records N]
//                 [--rate N] [--fresh-tokens FIRST] NAME=VALUE...
//
// Until N records are delivered or it is asked to stop; `rate` events a second,
// or as fast as the broker takes them. Runs of 16 events go to one partition
// after the other. With --fresh-tokens each synthetic token that stands in
// clear gets a number of its own, so that each is worth a request. Prints what
// was delivered so far ten times a second (`records bytes`), last at the end.

#include "bench/client_options.h"
#include "bench/synthetic_token.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tokensieve {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::uint64_t k_run = 16;
constexpr std::chrono::milliseconds k_report{100};
constexpr int k_flush_ms = 60'000;

struct totals {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t failed = 0;

  void print() const {
    std::printf("%llu %llu\n", static_cast<unsigned long long>(records),
                static_cast<unsigned long long>(bytes));
    std::fflush(stdout);
  }
};

struct event {
  std::string value;
  std::vector<std::size_t> tokens;  ///< where they stand
};

std::vector<event> read_events(const std::string& file) {
  std::vector<event> events;
  std::ifstream input(file, std::ios::binary);
  for (std::string line; std::getline(input, line);) {
    event& added = events.emplace_back(event{std::move(line), {}});
    for (std::size_t at = added.value.find(k_token_mark);
         at != std::string::npos;
         at = added.value.find(k_token_mark, at + k_token_size))
      added.tokens.push_back(at);
  }
  if (events.empty()) throw std::runtime_error("no events in " + file);
  return events;
}

void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* to) {
  auto& all = *static_cast<totals*>(to);
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++all.failed;
    return;
  }
  ++all.records;
  all.bytes += message->len;
}

class loader {
 public:
  explicit loader(const client_options& options)
      : events_(read_events(options.text("events"))),
        partitions_(
            static_cast<std::uint64_t>(options.number("partitions", 1))),
        rate_(options.number("rate", 0)),
        fresh_(options.has("fresh-tokens")),
        token_(static_cast<std::uint64_t>(options.number("fresh-tokens", 0))),
        wanted_(static_cast<std::uint64_t>(options.number("records", 1e18))),
        client_(make_client(options)),
        topic_(rd_kafka_topic_new(client_.get(), options.text("topic").c_str(),
                                  nullptr)) {}
  loader(const loader&) = delete;  // the client points into it
  loader& operator=(const loader&) = delete;

  void run() {
    const auto begin = steady::now();
    auto report_due = begin;
    while (produced_ < wanted_ && !stop_asked()) {
      const double elapsed =
          std::chrono::duration<double>(steady::now() - begin).count();
      const std::uint64_t due =
          rate_ > 0 ? static_cast<std::uint64_t>(elapsed * rate_)
                    : produced_ + k_run;
      while (produced_ < std::min(due, wanted_) && !stop_asked())
        produce();
      rd_kafka_poll(client_.get(), 0);
      if (rate_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (steady::now() < report_due) continue;
      delivered_.print();
      report_due = steady::now() + k_report;
    }
    rd_kafka_flush(client_.get(), k_flush_ms);
    delivered_.print();
    if (delivered_.failed > 0) {
      throw std::runtime_error("some records were not delivered");
    }
  }

 private:
  kafka_client make_client(const client_options& options) {
    kafka_conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_opaque(conf.get(), &delivered_);
    rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
    return make_bench_client(RD_KAFKA_PRODUCER, options.properties,
                             std::move(conf));
  }

  void produce() {
    event& next = events_[produced_ % events_.size()];
    if (fresh_) {
      for (const std::size_t at : next.tokens)
        next.value.replace(at, k_token_size, synthetic_token(token_++));
    }
    const auto partition =
        static_cast<std::int32_t>(produced_ / k_run % partitions_);
    while (rd_kafka_produce(topic_.get(), partition, RD_KAFKA_MSG_F_COPY,
                            next.value.data(), next.value.size(), nullptr, 0,
                            nullptr) != 0) {
      if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
      }
      rd_kafka_poll(client_.get(), 10);
    }
    ++produced_;
  }

  std::vector<event> events_;
  const std::uint64_t partitions_;
  const double rate_;
  const bool fresh_;
  std::uint64_t token_;
  const std::uint64_t wanted_;
  totals delivered_;  // by the client's callbacks, in our thread
  const kafka_client client_;
  const kafka_topic topic_;
  std::uint64_t produced_ = 0;
};

}  // namespace
}  // namespace tokensieve

int main(int argc, char** argv) {
  return tokensieve::run_bench_client(
      argc, argv, [](const tokensieve::client_options& options) {
        tokensieve::loader(options).run();
      });
}
