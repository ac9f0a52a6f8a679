#include "pipeline/stream.h"

#include "pipeline/embedded_broker.h"
#include "tests/pipeline/stream_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

class stream_test : public stream_fixture<embedded_broker> {};

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

// librdkafka makes no client whose fetches are smaller than what it may send.
TEST_F(stream_test, a_limit_of_what_is_sent_bounds_no_fetch) {
  settings_.kafka.common["message.max.bytes"] = "50000000";
  produce(event("a " + token_));
  run();
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
