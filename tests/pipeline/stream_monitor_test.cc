#include "pipeline/stream_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class scripted_source final : public source {
 public:
  batch_ptr next() override {
    if (batches.empty()) return nullptr;
    batch_ptr first = std::move(batches.front());
    batches.pop_front();
    return first;
  }
  std::deque<batch_ptr> batches;
};

class scripted_sink final : public sink {
 public:
  void take(batch_ptr) override { during(); }
  void idle() override { during(); }
  void finish() override { during(); }
  std::function<void()> during = [] {};
};

class stream_monitor_test : public testing::Test {
 protected:
  void add_batch(std::size_t records, std::size_t bytes,
                 std::optional<std::int64_t> timestamp_ms = {}) {
    auto made = std::make_unique<batch>();
    made->records.resize(records);
    made->value_bytes = bytes;
    made->positions.push_back({&topic_, 0, 1, timestamp_ms});
    from_.batches.push_back(std::move(made));
  }
  [[nodiscard]] static health::clock::time_point late() {
    return health::clock::now() + k_heartbeat_patience +
           std::chrono::seconds(1);
  }

  const std::string topic_ = "ci.build-logs";
  stream_totals totals_;
  stream_monitor monitor_{.totals = totals_};
  scripted_source from_;
  scripted_sink to_;
  watched_source source_{from_, monitor_};
  watched_sink sink_{to_, monitor_};
};

TEST_F(stream_monitor_test, what_is_read_is_counted) {
  add_batch(3, 300);
  add_batch(0, 0);  // a position without a record
  add_batch(2, 50);
  while (source_.next()) {
  }
  EXPECT_EQ(totals_.records_read, 5U);
  EXPECT_EQ(totals_.bytes_read, 350U);
}

TEST_F(stream_monitor_test, the_end_of_the_source_is_a_stop) {
  add_batch(1, 1);
  source_.next();
  EXPECT_THAT(monitor_.state.reasons(), IsEmpty());
  source_.next();
  EXPECT_THAT(monitor_.state.reasons(), ElementsAre("stopping"));
}

TEST_F(stream_monitor_test, a_source_that_does_not_return_is_stalled) {
  add_batch(1, 1);
  source_.next();
  EXPECT_THAT(monitor_.state.stalled(late()),
              testing::Contains("the source thread does not move"));
}

TEST_F(stream_monitor_test, a_source_that_has_ended_is_not) {
  source_.next();
  EXPECT_THAT(monitor_.state.stalled(late()), IsEmpty());
}

TEST_F(stream_monitor_test, the_age_of_a_lag_is_that_of_what_was_read) {
  monitor_.lag.assign({{{topic_, 0}, 0}});
  monitor_.lag.set_end(topic_, 0, 100);
  add_batch(1, 1, 1'000'000);
  source_.next();
  const auto lags = monitor_.lag.measure(
      {{{topic_, 0}, 1}},
      partition_lag::clock::time_point(std::chrono::seconds(1'002)));
  ASSERT_EQ(lags.size(), 1U);
  EXPECT_EQ(lags[0].age, std::chrono::seconds(2));
}

TEST_F(stream_monitor_test, a_sink_is_at_work_while_it_is_called) {
  sink_.start([] {});
  EXPECT_TRUE(monitor_.state.sink_thread.resting());
  std::size_t at_work = 0;
  to_.during = [&] {
    at_work += monitor_.state.sink_thread.resting() ? 0U : 1U;
  };
  sink_.take(nullptr);
  sink_.idle();
  sink_.finish();
  EXPECT_EQ(at_work, 3U);
  EXPECT_TRUE(monitor_.state.sink_thread.resting());
}

TEST_F(stream_monitor_test, who_commits_is_not_fenced) {
  monitor_.state.set(unready::fenced);
  sink_.take(nullptr);
  EXPECT_TRUE(monitor_.state.is(unready::fenced));
  to_.during = [&] { ++totals_.commits; };
  sink_.take(nullptr);
  EXPECT_FALSE(monitor_.state.is(unready::fenced));
  to_.during = [&] { monitor_.state.set(unready::fenced); };
  sink_.idle();
  EXPECT_TRUE(monitor_.state.is(unready::fenced));
}

TEST_F(stream_monitor_test, a_batch_that_never_comes_out_stalls_the_graph) {
  add_batch(1, 1);
  add_batch(1, 1);
  source_.next();
  source_.next();
  source_.next();  // ends
  sink_.take(nullptr);
  EXPECT_THAT(monitor_.state.stalled(late()),
              ElementsAre("the graph does not move"));
  sink_.take(nullptr);
  EXPECT_THAT(monitor_.state.stalled(late()), IsEmpty());
}

}  // namespace
}  // namespace tokensieve
