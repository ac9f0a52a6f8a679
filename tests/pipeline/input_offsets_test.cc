#include "pipeline/input_offsets.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {
namespace {

const input_offsets::partition k_first{"logs", 0};
const input_offsets::partition k_second{"logs", 1};

TEST(input_offsets_test, metadata_are_read_as_they_were_written) {
  EXPECT_EQ(replay_metadata(123), "v1 replay=123");
  EXPECT_EQ(parse_replay_metadata(replay_metadata(123), 124), 123);
  EXPECT_EQ(parse_replay_metadata(replay_metadata(0), 1), 0);
}

TEST(input_offsets_test, a_version_may_say_more) {
  EXPECT_EQ(parse_replay_metadata("v1 replay=123 more=4", 200), 123);
}

TEST(input_offsets_test, nothing_is_replayed_for_other_metadata) {
  for (const std::string_view other :
       {"", "v1", "v1 replay=", "v1 replay=x", "v1 replay=12x", "v1 replay=-1",
        "v1 replay= 12", "v1  replay=12", "v2 replay=12", "v11 replay=12",
        "replay=12", "instance-7", "v1 replay=99999999999999999999"}) {
    EXPECT_EQ(parse_replay_metadata(other, 200), std::nullopt) << other;
  }
}

TEST(input_offsets_test, a_replay_ends_soon_and_before_the_next_record) {
  EXPECT_EQ(parse_replay_metadata("v1 replay=200", 200), std::nullopt);
  EXPECT_EQ(parse_replay_metadata("v1 replay=201", 200), std::nullopt);
  const std::int64_t next = k_max_replay_records + 200;
  EXPECT_EQ(parse_replay_metadata("v1 replay=200", next), 200);
  EXPECT_EQ(parse_replay_metadata("v1 replay=199", next), std::nullopt);
}

TEST(input_offsets_test, a_commit_holds_all_of_them) {
  const input_offsets offsets{.next = {{k_first, 7}, {k_second, 9}},
                              .replay = {{k_second, 4}}};
  const kafka_partitions list = to_commit(offsets);
  EXPECT_EQ(from_commit(*list), offsets);
  const kafka_partitions copy(rd_kafka_topic_partition_list_copy(list.get()));
  EXPECT_EQ(from_commit(*copy), offsets);
}

TEST(input_offsets_test, a_partition_without_an_offset_is_left_out) {
  const kafka_partitions list =
      to_commit({.next = {{k_first, RD_KAFKA_OFFSET_INVALID}, {k_second, 9}}});
  EXPECT_EQ(from_commit(*list), (input_offsets{.next = {{k_second, 9}}}));
}

TEST(input_offsets_test, reading_begins_with_the_replay) {
  const input_offsets offsets{.next = {{k_first, 7}, {k_second, 9}},
                              .replay = {{k_second, 4}}};
  EXPECT_EQ(offsets.first(), (kafka_positions{{k_first, 7}, {k_second, 4}}));
}

}  // namespace
}  // namespace tokensieve
