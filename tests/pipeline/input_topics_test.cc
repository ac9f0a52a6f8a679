#include "pipeline/input_topics.h"

#include <gtest/gtest.h>

namespace tokensieve {
namespace {

const input_topics::clock::time_point k_now{std::chrono::hours(1)};

input_config reading(std::vector<std::string> topics) {
  input_config input;
  input.topics = std::move(topics);
  return input;
}

TEST(input_topics_test, names_and_patterns_select_what_is_listed) {
  const input_config input = reading({"logs", "^ci\\..*", "absent"});
  const topic_sizes expected{{"ci.a", 2}, {"ci.b", 3}, {"logs", 1}};
  EXPECT_EQ(input_topics(input).select(
                {{"ci.a", 2}, {"ci.b", 3}, {"cix", 4}, {"logs", 1}}),
            expected);
}

TEST(input_topics_test, what_is_missing_is_looked_for_until_it_is_there) {
  const input_config input = reading({"logs", "^ci\\..*"});
  input_topics topics(input);
  topics.report_missing({}, k_now);
  EXPECT_TRUE(topics.is_missing("logs"));
  EXPECT_TRUE(topics.is_missing("^ci\\..*"));
  EXPECT_GT(topics.next_look(), k_now);
  EXPECT_LT(topics.next_look(), k_now + std::chrono::hours(1));
  topics.report_missing({{"logs", 1}, {"ci.a", 1}}, k_now);
  EXPECT_FALSE(topics.is_missing("logs"));
  EXPECT_FALSE(topics.is_missing("^ci\\..*"));
  EXPECT_EQ(topics.next_look(), input_topics::clock::time_point::max());
}

TEST(input_topics_test, only_partitions_that_stood_there_begin_at_the_end) {
  const input_config input;
  input_topics topics(input);
  EXPECT_FALSE(topics.begins_at_end("logs", 0));
  topics.begin_at_end({{"logs", 2}});
  EXPECT_TRUE(topics.begins_at_end("logs", 1));
  EXPECT_FALSE(topics.begins_at_end("logs", 2));
  EXPECT_FALSE(topics.begins_at_end("commits", 0));
  topics.has_begun("logs");
  EXPECT_FALSE(topics.begins_at_end("logs", 1));
}

}  // namespace
}  // namespace tokensieve
