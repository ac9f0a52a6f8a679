#include "pipeline/partition_watch.h"

#include <gtest/gtest.h>

#include <vector>

namespace tokensieve {
namespace {

using std::chrono::seconds;
using clock = partition_watch::clock;
using partition = kafka_positions::key_type;

const clock::time_point k_now{std::chrono::hours(1)};

/// After how long `watch`, which begins at k_now, looks; an hour at most.
seconds pause_of(const partition_watch& watch) {
  seconds waited{0};
  while (waited < std::chrono::hours(1) && !watch.is_due(k_now + waited))
    ++waited;
  return waited;
}

TEST(partition_watch_test, looks_once_some_time_after_an_assignment) {
  partition_watch watch;
  EXPECT_FALSE(watch.is_due(k_now));
  watch.begin(k_now);
  EXPECT_EQ(pause_of(watch), seconds(10));
  watch.covered();
  EXPECT_EQ(pause_of(watch), std::chrono::hours(1));
}

TEST(partition_watch_test, looks_again_where_the_group_could_not_be_asked) {
  partition_watch watch;
  watch.begin(k_now - seconds(10));
  ASSERT_TRUE(watch.is_due(k_now));
  watch.begin(k_now);
  EXPECT_EQ(pause_of(watch), seconds(10));
}

TEST(partition_watch_test, does_not_look_without_an_assignment) {
  partition_watch watch;
  watch.begin(k_now);
  watch.end();
  EXPECT_EQ(pause_of(watch), std::chrono::hours(1));
}

TEST(partition_watch_test, rejoins_less_and_less_often) {
  partition_watch watch;
  std::vector<seconds> pauses;
  for (int attempt = 0; attempt < 8; ++attempt) {
    watch.rejoined(k_now);
    watch.end();         // the assignment is revoked,
    watch.begin(k_now);  // and given back
    pauses.push_back(pause_of(watch));
  }
  EXPECT_EQ(pauses,
            (std::vector<seconds>{seconds(20), seconds(40), seconds(80),
                                  seconds(160), seconds(320), seconds(640),
                                  seconds(640), seconds(640)}));
}

TEST(partition_watch_test, is_as_quick_as_ever_once_all_are_read) {
  partition_watch watch;
  watch.rejoined(k_now);
  watch.covered();
  watch.begin(k_now);
  EXPECT_EQ(pause_of(watch), seconds(10));
}

TEST(partition_watch_test, looks_again_where_a_rejoining_came_to_nothing) {
  partition_watch watch;
  watch.begin(k_now - seconds(10));
  watch.rejoined(k_now);
  EXPECT_EQ(pause_of(watch), seconds(20));
}

TEST(find_unread_partition_test, is_neither_ours_nor_has_an_offset) {
  const topic_sizes topics{{"commits", 1}, {"logs", 3}};
  const kafka_positions ours{{{"logs", 0}, 5}};
  EXPECT_EQ(find_unread_partition(topics, ours,
                                  {{{"commits", 0}, 7}, {{"logs", 1}, 0}}),
            partition("logs", 2));
  EXPECT_EQ(
      find_unread_partition(topics, ours, {{{"logs", 1}, 0}, {{"logs", 2}, 3}}),
      partition("commits", 0));
}

TEST(find_unread_partition_test, is_none_where_the_group_has_all) {
  const kafka_positions ours{{{"logs", 0}, 5}};
  EXPECT_EQ(find_unread_partition({{"logs", 2}}, ours, {{{"logs", 1}, 0}}),
            std::nullopt);
  // Nor of what is not read.
  EXPECT_EQ(find_unread_partition({{"logs", 1}}, ours, {{{"logs", 1}, 0}}),
            std::nullopt);
  EXPECT_EQ(find_unread_partition({{"empty", 0}}, {}, {}), std::nullopt);
}

}  // namespace
}  // namespace tokensieve
