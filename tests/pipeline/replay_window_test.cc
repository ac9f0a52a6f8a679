#include "pipeline/replay_window.h"

#include "pipeline/input_offsets.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tokensieve {
namespace {

class replay_window_test : public testing::Test {
 protected:
  enum class holds : std::uint8_t { a_log, text_without_a_name, no_text };

  static void add(batch& to, std::int64_t offset, holds what,
                  std::size_t size = 100) {
    static const std::string k_bytes(std::size_t{4} << 20, 'x');
    record& added = to.records.emplace_back();
    added.source_name = &topic();
    added.offset = offset;
    added.value = std::string_view(k_bytes).substr(0, size);
    if (!to.replayed) to.position_of(topic(), 0).next_offset = offset + 1;
    if (what == holds::no_text) return;
    chunk& piece = to.chunks.emplace_back();
    piece.index = static_cast<std::uint32_t>(to.records.size() - 1);
    piece.named = what == holds::a_log;
  }

  /// The replay of a commit behind a batch of this one record.
  std::optional<std::int64_t> behind(std::int64_t offset, holds what,
                                     std::size_t size = 100) {
    batch work;
    add(work, offset, what, size);
    window_.note(work);
    return work.positions.at(0).replay_from;
  }

  static const std::string& topic() {
    static const std::string k_topic = "ci.build-logs";
    return k_topic;
  }

  replay_window window_;
};

TEST_F(replay_window_test, without_chunks_of_logs_nothing_is_replayed) {
  EXPECT_EQ(behind(0, holds::no_text), std::nullopt);
  EXPECT_EQ(behind(1, holds::text_without_a_name), std::nullopt);
}

TEST_F(replay_window_test, a_replay_begins_with_the_first_chunk) {
  behind(6, holds::no_text);
  EXPECT_EQ(behind(7, holds::a_log), 7);
  EXPECT_EQ(behind(8, holds::a_log), 7);
  EXPECT_EQ(behind(9, holds::no_text), 7);
}

TEST_F(replay_window_test, it_begins_no_more_than_so_many_records_back) {
  behind(0, holds::a_log);
  behind(5'000, holds::a_log);
  EXPECT_EQ(behind(k_max_replay_records - 1, holds::no_text), 0);
  EXPECT_EQ(behind(k_max_replay_records, holds::no_text), 5'000);
  EXPECT_EQ(behind(k_max_replay_records + 5'000, holds::no_text), std::nullopt);
}

TEST_F(replay_window_test, it_begins_no_more_than_so_many_bytes_back) {
  constexpr std::size_t k_size = 4 << 20;
  for (std::int64_t offset = 0; offset < 4; ++offset)
    EXPECT_EQ(behind(offset, holds::a_log, k_size), 0);
  EXPECT_EQ(behind(4, holds::a_log, k_size), 1);
}

TEST_F(replay_window_test, a_busy_partition_loses_little_of_the_window) {
  std::optional<std::int64_t> from;
  for (std::int64_t offset = 0; offset < 25'000; ++offset)
    from = behind(offset, holds::a_log);
  ASSERT_TRUE(from);
  EXPECT_GE(*from, 25'000 - k_max_replay_records);
  EXPECT_LE(*from, 25'000 - k_max_replay_records * 63 / 64);
}

TEST_F(replay_window_test, what_is_replayed_is_replayed_the_next_time) {
  batch again;
  again.replayed = true;
  add(again, 40, holds::a_log);
  window_.note(again);
  EXPECT_EQ(behind(41, holds::no_text), 40);
}

TEST_F(replay_window_test, partitions_are_told_apart) {
  behind(3, holds::a_log);
  batch work;
  add(work, 4, holds::no_text);
  work.position_of(topic(), 1).next_offset = 9;
  window_.note(work);
  EXPECT_EQ(work.positions[0].replay_from, 3);
  EXPECT_EQ(work.positions[1].replay_from, std::nullopt);
}

TEST_F(replay_window_test, a_new_epoch_begins_with_nothing) {
  behind(3, holds::a_log);
  window_.clear();
  EXPECT_EQ(behind(4, holds::no_text), std::nullopt);
}

}  // namespace
}  // namespace tokensieve
