#include "pipeline/kafka_follower.h"

#include "pipeline/kafka_client.h"
#include "tests/pipeline/faulty_broker.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace tokensieve {
namespace {

using std::chrono::seconds;

class kafka_follower_test : public testing::Test {
 protected:
  static constexpr std::int32_t k_dies = 1;
  static constexpr std::int32_t k_stays = 2;

  kafka_follower_test() {
    settings_.kafka.common["bootstrap.servers"] = broker_.bootstrap_servers();
    for (const std::string& topic : output_topics(settings_)) {
      broker_.create_topic(topic, 1);
    }
    broker_.set_leader(settings_.output.requests, k_dies);
  }

  faulty_broker broker_;
  config settings_;
  published_requests known_{seconds(3600), 1000};
};

// What is asked of the dead one meanwhile is not waited for.
TEST_F(kafka_follower_test, a_dead_leader_is_left_for_the_next_one) {
  kafka_follower follower(settings_, known_);
  follower.catch_up();
  ASSERT_TRUE(follower.caught_up(seconds(30)));

  broker_.set_down(k_dies);
  follower.catch_up();
  EXPECT_FALSE(follower.caught_up(seconds(5)));
  broker_.set_leader(settings_.output.requests, k_stays);
  EXPECT_TRUE(follower.caught_up(seconds(20)));
}

// What is asked when the topic was deleted is said, and a stop is not held up.
TEST_F(kafka_follower_test, a_topic_that_is_gone_holds_no_stop_up) {
  settings_.kafka.consumer["topic.metadata.refresh.interval.ms"] = "100";
  const auto follower = std::make_unique<kafka_follower>(settings_, known_);
  follower->catch_up();
  ASSERT_TRUE(follower->caught_up(seconds(30)));
  broker_.refuse_topic(settings_.output.requests,
                       RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  follower->catch_up();
  EXPECT_FALSE(follower->caught_up(seconds(5)));
}

}  // namespace
}  // namespace tokensieve
