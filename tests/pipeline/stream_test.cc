#include "pipeline/stream.h"

#include "pipeline/commands.h"
#include "pipeline/embedded_broker.h"
#include "pipeline/kafka_client.h"
#include "pipeline/stop_signal.h"
#include "tests/detectors/samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <map>
#include <string>
#include <thread>
#include <vector>

// A stop cannot be taken back: each case needs a process of its own, as CTest
// gives it.

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;
using clock = std::chrono::steady_clock;

using header_map = std::map<std::string, std::string>;

struct read_record {
  std::string key;
  std::string value;
  header_map headers;
};

class stream_test : public testing::Test {
 protected:
  static constexpr std::chrono::seconds k_patience{30};

  stream_test() {
    settings_.kafka.common["bootstrap.servers"] = broker_.bootstrap_servers();
    // The embedded broker keeps plain offset commits only.
    settings_.delivery = delivery_guarantee::at_least_once;
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

  /// Runs the stream until it has read all that was produced, stops it.
  void run() {
    auto status = std::async(std::launch::async, [this] {
      return run_stream(settings_, totals_, [](const emission&) {});
    });
    const auto limit = clock::now() + k_patience;
    while (totals_.records < produced_ && clock::now() < limit)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    request_stop();
    EXPECT_EQ(status.get(), k_exit_stopped);
    EXPECT_EQ(totals_.records, produced_);
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

  embedded_broker broker_;
  config settings_;
  kafka_client producer_;
  stream_totals totals_;
  std::uint64_t produced_ = 0;
  samples::generator random_{9};
  const std::string token_ = samples::granular(random_);
  const std::string fingerprint_ = fingerprint_of(secret(token_)).to_string();
};

TEST_F(stream_test, a_token_becomes_a_request_and_its_repeat_a_sighting) {
  produce(event("npm ci"));
  produce(event("a\\nb " + token_));
  produce(event("again " + token_));
  run();

  const auto requests = records_of(settings_.output.requests);
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].key, fingerprint_);
  EXPECT_THAT(requests[0].value, HasSubstr("\"value\":\"" + token_ + "\""));
  EXPECT_THAT(requests[0].value, HasSubstr("\"line\":2,\"column\":3"));
  EXPECT_THAT(requests[0].value, HasSubstr("\"partition\":0,\"offset\":1,"));
  EXPECT_THAT(
      requests[0].headers,
      IsSupersetOf(header_map{{"ce_specversion", "1.0"},
                              {"ce_type", "tokensieve.revocation-request.v1"},
                              {"ce_source", "/" + logs()},
                              {"ce_subject", fingerprint_},
                              {"content-type", "application/json"}}));

  const auto sightings = records_of(settings_.output.sightings);
  ASSERT_EQ(sightings.size(), 1U);
  EXPECT_EQ(sightings[0].key, fingerprint_);
  EXPECT_THAT(sightings[0].value, Not(HasSubstr(token_)));
  EXPECT_THAT(sightings[0].value, HasSubstr("\"count\":1"));
  EXPECT_TRUE(records_of(settings_.output.dead_letters).empty());
}

TEST_F(stream_test, a_dead_letter_holds_the_original_bytes_and_key) {
  const std::string broken = "{\"type\":\"build_log\",\"text\":\"" + token_;
  produce(event("npm ci"));
  produce(broken, std::string("k\0ey", 4));
  run();

  const auto letters = records_of(settings_.output.dead_letters);
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].key, std::string("k\0ey", 4));
  EXPECT_EQ(letters[0].value, broken);
  EXPECT_THAT(letters[0].headers,
              IsSupersetOf(header_map{{"dlq-reason", "invalid_json"},
                                      {"dlq-topic", logs()},
                                      {"dlq-partition", "0"},
                                      {"dlq-offset", "1"}}));
  // What could be found in it is asked for all the same.
  EXPECT_EQ(records_of(settings_.output.requests).size(), 1U);
}

TEST_F(stream_test, a_stop_drains_what_was_read_and_commits_it) {
  settings_.commit.interval = std::chrono::hours(1);
  constexpr std::size_t k_tokens = 200;
  for (std::size_t i = 0; i < k_tokens; ++i)
    produce(event("x " + samples::granular(random_)));
  produce(event("npm ci"));
  run();
  EXPECT_EQ(committed_offset(), static_cast<std::int64_t>(k_tokens) + 1);
  EXPECT_EQ(records_of(settings_.output.requests).size(), k_tokens);
  EXPECT_EQ(totals_.requests, k_tokens);
}

TEST_F(stream_test, a_missing_output_topic_is_a_configuration_error) {
  settings_.output.requests = "no.such.topic";
  EXPECT_EQ(run_stream(settings_, totals_, {}), k_exit_configuration);
}

}  // namespace
}  // namespace tokensieve
