#pragma once

#include "pipeline/commands.h"
#include "pipeline/kafka_client.h"
#include "pipeline/stop_signal.h"
#include "pipeline/stream.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace tokensieve {

using header_map = std::map<std::string, std::string>;

struct read_record {
  std::string key;
  std::string value;
  header_map headers;
};

/// A stream over a broker within the process, with its topics made. A stop
/// cannot be taken back: each case needs a process of its own, as CTest gives
/// it.
template <typename Broker>
class stream_fixture : public testing::Test {
 protected:
  using clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds k_patience{30};

  stream_fixture() {
    settings_.kafka.common["bootstrap.servers"] = broker_.bootstrap_servers();
    // The embedded broker keeps plain offset commits only.
    settings_.delivery = delivery_guarantee::at_least_once;
    settings_.http.listen.clear();  // the port is the machine's
    for (const std::string& topic :
         {logs(), settings_.input.topics[1], settings_.output.requests,
          settings_.output.sightings, settings_.output.dead_letters}) {
      broker_.create_topic(topic, 1);
    }
    producer_ =
        make_producer(settings_, kafka_conf(rd_kafka_conf_new()), {}, 1 << 20);
  }

  const std::string& logs() const { return settings_.input.topics[0]; }

  void produce(const std::string& value, const std::string& key = "8812") {
    ASSERT_EQ(
        rd_kafka_producev(
            producer_.get(), RD_KAFKA_V_TOPIC(logs().c_str()),
            RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_KEY(key.data(), key.size()),
            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_EQ(rd_kafka_flush(producer_.get(), 10'000),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    ++produced_;
  }

  /// Runs the stream while `meanwhile` does, then stops it.
  template <typename Call>
  void run(Call&& meanwhile, int expected = k_exit_stopped) {
    auto status = std::async(std::launch::async, [this] {
      return run_stream(settings_, totals_, [this](const emission& one) {
        const std::scoped_lock lock(mutex_);
        committed_.insert(one.token.found.fingerprint.to_string());
        ++observed_;
      });
    });
    meanwhile();
    request_stop();
    EXPECT_EQ(status.get(), expected);
  }

  /// A request or a sighting of this token was committed.
  bool is_committed(const std::string& token) {
    const std::scoped_lock lock(mutex_);
    return committed_.contains(fingerprint_of(secret(token)).to_string());
  }

  /// Runs the stream until it has read all that was produced, stops it.
  void run() {
    run([this] {
      EXPECT_TRUE(wait_for([this] { return totals_.records >= produced_; }));
    });
    EXPECT_EQ(totals_.records, produced_);
  }

  template <typename Condition>
  static bool wait_for(Condition&& condition,
                       std::chrono::seconds patience = k_patience) {
    const auto limit = clock::now() + patience;
    while (!condition()) {
      if (clock::now() >= limit) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  /// What the topic holds, read by a plain consumer.
  std::vector<read_record> records_of(const std::string& topic) {
    config reading = settings_;
    reading.input.group = "reader";
    const kafka_client consumer =
        make_consumer(reading, kafka_conf(rd_kafka_conf_new()));
    std::int64_t low = 0;
    std::int64_t high = 0;
    EXPECT_EQ(rd_kafka_query_watermark_offsets(consumer.get(), topic.c_str(), 0,
                                               &low, &high, 10'000),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    const kafka_partitions from = to_partitions({{{topic, 0}, low}});
    rd_kafka_assign(consumer.get(), from.get());
    std::vector<read_record> read;
    const auto limit = clock::now() + k_patience;
    while (std::ssize(read) < high - low && clock::now() < limit) {
      const kafka_message message(rd_kafka_consumer_poll(consumer.get(), 100));
      if (!message || message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      read.push_back(
          {{static_cast<const char*>(message->key), message->key_len},
           {static_cast<const char*>(message->payload), message->len},
           headers_of(*message)});
    }
    rd_kafka_consumer_close(consumer.get());
    return read;
  }

  std::int64_t committed_offset() {
    const kafka_client consumer =
        make_consumer(settings_, kafka_conf(rd_kafka_conf_new()));
    const kafka_partitions asked = to_partitions({{{logs(), 0}, -1}});
    EXPECT_EQ(rd_kafka_committed(consumer.get(), asked.get(), 10'000),
              RD_KAFKA_RESP_ERR_NO_ERROR);
    return asked->elems[0].offset;
  }

  static header_map headers_of(const rd_kafka_message_t& message) {
    header_map read;
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      return read;
    }
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
         RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      read[name] = {static_cast<const char*>(value), size};
    }
    return read;
  }

  static std::string event(const std::string& text) {
    return R"({"type":"build_log","text":")" + text + "\"}";
  }

  Broker broker_;
  config settings_;
  kafka_client producer_;
  stream_totals totals_;
  std::atomic<std::uint64_t> observed_{0};  // requests that were committed
  std::mutex mutex_;
  std::set<std::string> committed_;  // their fingerprints
  std::uint64_t produced_ = 0;
  samples::generator random_{9};
  const std::string token_ = samples::granular(random_);
  const std::string fingerprint_ = fingerprint_of(secret(token_)).to_string();
};

}  // namespace tokensieve
