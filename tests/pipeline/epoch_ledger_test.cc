#include "pipeline/epoch_ledger.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ending = epoch_ledger::ending;
using failure = epoch_ledger::failure;

input_offsets at(std::int64_t offset) {
  return {.next = {{{"logs", 0}, offset}}};
}

class epoch_ledger_test : public testing::Test {
 protected:
  static constexpr seconds k_patience{30};

  epoch_ledger_test() {
    ledger_.set_wake([this] { woken_.set_value(); });
  }

  std::uint64_t open(std::int64_t offset = 0) {
    return ledger_.open({}, at(offset));
  }

  /// Closes in a thread of its own, and has asked the sink when it returns.
  std::future<bool> close(ending how, milliseconds patience = k_patience) {
    auto closing = std::async(std::launch::async, [this, how, patience] {
      return ledger_.close(how, patience);
    });
    woken_.get_future().wait();
    return closing;
  }

  epoch_ledger ledger_;
  std::promise<void> woken_;
};

TEST_F(epoch_ledger_test, no_epoch_is_open_at_first) {
  EXPECT_FALSE(ledger_.is_open(0));
  EXPECT_EQ(ledger_.begin_commit(0), nullptr);
  EXPECT_FALSE(ledger_.failed());
  EXPECT_FALSE(ledger_.closing());
}

TEST_F(epoch_ledger_test, an_open_epoch_may_write_and_commit) {
  const auto epoch = open(7);
  EXPECT_TRUE(ledger_.is_open(epoch));
  EXPECT_NE(ledger_.begin_commit(epoch), nullptr);
  EXPECT_EQ(ledger_.positions(), at(7));
}

TEST_F(epoch_ledger_test, a_commit_moves_the_positions_it_names) {
  const auto epoch =
      ledger_.open({}, {.next = {{{"logs", 0}, 7}, {{"logs", 1}, 8}}});
  ledger_.committed(epoch, at(20));
  EXPECT_EQ(ledger_.positions(),
            (input_offsets{.next = {{{"logs", 0}, 20}, {{"logs", 1}, 8}}}));
}

TEST_F(epoch_ledger_test, a_replay_belongs_to_the_commit_that_names_it) {
  const input_offsets::partition first{"logs", 0};
  const input_offsets::partition second{"logs", 1};
  const auto epoch = ledger_.open(
      {}, {.next = {{first, 7}, {second, 8}}, .replay = {{second, 3}}});
  ledger_.committed(epoch, {.next = {{first, 20}}, .replay = {{first, 15}}});
  EXPECT_EQ(ledger_.positions().replay,
            (kafka_positions{{first, 15}, {second, 3}}));
  ledger_.committed(epoch, {.next = {{first, 30}}});
  EXPECT_EQ(ledger_.positions().replay, (kafka_positions{{second, 3}}));
}

TEST_F(epoch_ledger_test, an_earlier_epoch_can_do_nothing) {
  const auto earlier = open(1);
  ledger_.fail(earlier, failure::aborted);
  const auto later = ledger_.reopen(at(2));
  ASSERT_NE(earlier, later);
  EXPECT_FALSE(ledger_.is_open(earlier));
  EXPECT_EQ(ledger_.begin_commit(earlier), nullptr);
  ledger_.committed(earlier, at(99));
  EXPECT_EQ(ledger_.positions(), at(2));
  ledger_.fail(earlier, failure::unknown);
  EXPECT_FALSE(ledger_.failed());
  EXPECT_TRUE(ledger_.is_open(later));
}

TEST_F(epoch_ledger_test, a_failed_epoch_stays_shut_until_it_is_reopened) {
  const auto epoch = open(1);
  ledger_.committed(epoch, at(5));
  ledger_.fail(epoch, failure::unknown);
  EXPECT_EQ(ledger_.failed(), failure::unknown);
  EXPECT_FALSE(ledger_.is_open(epoch));
  EXPECT_EQ(ledger_.begin_commit(epoch), nullptr);
  EXPECT_EQ(ledger_.positions(), at(5));
  ledger_.reopen(at(5));
  EXPECT_FALSE(ledger_.failed());
}

TEST_F(epoch_ledger_test, the_same_assignment_fences_an_epoch_reopened) {
  const auto epoch =
      ledger_.open({.consumer = nullptr,
                    .metadata = kafka_group_metadata(
                        rd_kafka_consumer_group_metadata_new("tokensieve"))},
                   at(0));
  const auto fence = ledger_.begin_commit(epoch);
  ASSERT_NE(fence, nullptr);
  ASSERT_NE(fence->metadata, nullptr);
  ledger_.fail(epoch, failure::aborted);
  EXPECT_EQ(ledger_.begin_commit(ledger_.reopen(at(0))), fence);
  ledger_.close(ending::abort, milliseconds(0));
  EXPECT_NE(ledger_.begin_commit(open()), fence);
}

TEST_F(epoch_ledger_test, closing_waits_for_the_last_commit) {
  const auto epoch = open(1);
  auto closed = close(ending::commit);
  EXPECT_EQ(ledger_.closing(), ending::commit);
  EXPECT_TRUE(ledger_.is_open(epoch));
  EXPECT_NE(ledger_.begin_commit(epoch), nullptr);
  EXPECT_EQ(closed.wait_for(milliseconds(20)), std::future_status::timeout);
  ledger_.committed(epoch, at(9));
  ledger_.closed();
  EXPECT_TRUE(closed.get());
  EXPECT_EQ(ledger_.positions(), at(9));
  EXPECT_FALSE(ledger_.closing());
  EXPECT_FALSE(ledger_.is_open(epoch));
  EXPECT_EQ(ledger_.begin_commit(epoch), nullptr);
}

TEST_F(epoch_ledger_test, no_commit_begins_while_an_epoch_is_aborted) {
  const auto epoch = open();
  auto closed = close(ending::abort);
  EXPECT_EQ(ledger_.closing(), ending::abort);
  EXPECT_FALSE(ledger_.is_open(epoch));
  EXPECT_EQ(ledger_.begin_commit(epoch), nullptr);
  ledger_.closed();
  EXPECT_TRUE(closed.get());
}

TEST_F(epoch_ledger_test, no_commit_begins_once_patience_ran_out) {
  const auto epoch = open(1);
  EXPECT_FALSE(ledger_.close(ending::commit, milliseconds(20)));
  EXPECT_FALSE(ledger_.closing());
  EXPECT_FALSE(ledger_.is_open(epoch));
  EXPECT_EQ(ledger_.begin_commit(epoch), nullptr);
}

TEST_F(epoch_ledger_test, a_late_answer_changes_nothing_of_the_next_epoch) {
  const auto late = open(1);
  EXPECT_FALSE(ledger_.close(ending::commit, milliseconds(0)));
  ledger_.committed(late, at(50));
  EXPECT_EQ(ledger_.positions(), at(1));
  const auto next = open(30);
  ledger_.committed(late, at(50));
  ledger_.fail(late, failure::aborted);
  ledger_.closed();
  EXPECT_TRUE(ledger_.is_open(next));
  EXPECT_EQ(ledger_.positions(), at(30));
}

TEST_F(epoch_ledger_test, a_closing_epoch_that_fails_is_closed) {
  const auto epoch = open();
  auto closed = close(ending::commit);
  ledger_.fail(epoch, failure::aborted);
  EXPECT_TRUE(closed.get());
  // Its partitions are somebody else's: nothing is to be rewound.
  EXPECT_FALSE(ledger_.failed());
}

TEST_F(epoch_ledger_test, a_failed_epoch_closes_at_once) {
  ledger_.fail(open(), failure::aborted);
  EXPECT_TRUE(ledger_.close(ending::commit, k_patience));
  EXPECT_FALSE(ledger_.failed());
}

TEST_F(epoch_ledger_test, closing_what_is_not_open_asks_nobody) {
  EXPECT_TRUE(ledger_.close(ending::commit, k_patience));
  open();
  EXPECT_FALSE(ledger_.close(ending::abort, milliseconds(0)));
  EXPECT_TRUE(ledger_.close(ending::abort, k_patience));
}

TEST_F(epoch_ledger_test, nobody_waits_for_a_sink_that_has_ended) {
  open();
  auto closed = close(ending::commit);
  ledger_.finish();
  EXPECT_TRUE(closed.get());
  open();
  EXPECT_TRUE(ledger_.close(ending::commit, k_patience));
}

TEST_F(epoch_ledger_test, an_assignment_lives_as_long_as_its_commit) {
  const auto epoch =
      ledger_.open({.consumer = nullptr,
                    .metadata = kafka_group_metadata(
                        rd_kafka_consumer_group_metadata_new("tokensieve"))},
                   at(0));
  const std::weak_ptr<const assignment> watched = ledger_.begin_commit(epoch);
  {
    const auto fence = ledger_.begin_commit(epoch);
    EXPECT_FALSE(ledger_.close(ending::commit, milliseconds(0)));
    EXPECT_FALSE(watched.expired());
  }
  EXPECT_TRUE(watched.expired());
}

TEST(epoch_ledger_threads, no_commit_begins_behind_a_close) {
  epoch_ledger ledger;
  std::atomic<bool> asked{false};
  ledger.set_wake([&] { asked = true; });
  std::atomic<std::uint64_t> current{0};
  std::atomic<std::uint64_t> over{0};  // epochs up to here are closed
  std::atomic<bool> done{false};
  std::uint64_t faults = 0;
  std::uint64_t commits = 0;

  std::jthread sink([&] {
    std::int64_t offset = 0;
    while (!done) {
      const std::uint64_t epoch = current;
      const std::uint64_t over_before = over;
      if (ledger.begin_commit(epoch) != nullptr) {
        if (epoch <= over_before) ++faults;
        if (++offset % 7 == 0) {
          ledger.fail(epoch, failure::aborted);
        } else {
          ledger.committed(epoch, at(offset));
          ++commits;
        }
      }
      if (asked.exchange(false)) ledger.closed();
      std::this_thread::yield();
    }
  });

  for (int i = 0; i < 1000; ++i) {
    current = i % 5 == 4 && ledger.failed()
                  ? ledger.reopen(ledger.positions())
                  : ledger.open({}, ledger.positions());
    for (int spin = i % 50; spin > 0; --spin)
      std::this_thread::yield();
    if (i % 5 == 3 && ledger.failed()) continue;
    ledger.close(i % 2 == 0 ? ending::commit : ending::abort,
                 milliseconds(i % 3 == 0 ? 0 : 1000));
    over = current.load();
  }
  done = true;
  sink.join();
  EXPECT_EQ(faults, 0U);
  EXPECT_GT(commits, 0U);
}

}  // namespace
}  // namespace tokensieve
