#include "pipeline/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tokensieve {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class health_test : public testing::Test {
 protected:
  static constexpr health::clock::time_point k_begin{seconds(1'000'000)};
  static constexpr auto k_late = k_begin + k_heartbeat_patience + seconds(1);

  health state_;
};

TEST_F(health_test, it_is_ready_if_nothing_speaks_against_it) {
  EXPECT_THAT(state_.reasons(), IsEmpty());
}

TEST_F(health_test, every_reason_is_told) {
  state_.set(unready::broker_down);
  state_.set(unready::not_assigned);
  EXPECT_THAT(state_.reasons(), ElementsAre("not_assigned", "broker_down"));
  EXPECT_TRUE(state_.is(unready::broker_down));
  EXPECT_FALSE(state_.is(unready::fenced));
}

TEST_F(health_test, it_is_ready_once_every_reason_is_gone) {
  state_.set(unready::broker_down);
  state_.set(unready::not_assigned);
  state_.clear(unready::not_assigned);
  EXPECT_THAT(state_.reasons(), ElementsAre("broker_down"));
  state_.clear(unready::broker_down);
  EXPECT_THAT(state_.reasons(), IsEmpty());
}

TEST_F(health_test, a_reason_that_is_set_twice_is_one) {
  state_.set(unready::fenced);
  state_.set(unready::fenced);
  EXPECT_THAT(state_.reasons(), ElementsAre("fenced"));
  state_.clear(unready::fenced);
  EXPECT_THAT(state_.reasons(), IsEmpty());
}

TEST_F(health_test, causes_of_one_reason_are_told_apart_and_go_together) {
  state_.set(unready::lost_offsets,
             "ci.logs [3]: offsets 0 to 41 were deleted");
  state_.set(unready::lost_offsets, "ci.logs [4]: offsets 7 to 8 were deleted");
  EXPECT_THAT(
      state_.reasons(),
      ElementsAre("lost_offsets: ci.logs [3]: offsets 0 to 41 were deleted",
                  "lost_offsets: ci.logs [4]: offsets 7 to 8 were deleted"));
  state_.clear(unready::lost_offsets);
  EXPECT_THAT(state_.reasons(), IsEmpty());
}

TEST_F(health_test, each_reason_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < k_unready_reasons; ++i)
    names.insert(to_string(static_cast<unready>(i)));
  EXPECT_EQ(names.size(), k_unready_reasons);
}

TEST_F(health_test, threads_that_have_not_begun_are_not_stalled) {
  EXPECT_THAT(state_.stalled(k_late), IsEmpty());
}

TEST_F(health_test, a_thread_that_does_not_beat_for_long_is_stalled) {
  state_.source_thread.beat(k_begin);
  EXPECT_THAT(state_.stalled(k_begin + k_heartbeat_patience), IsEmpty());
  EXPECT_THAT(state_.stalled(k_late), ElementsAre(HasSubstr("source")));
  state_.source_thread.beat(k_late);
  EXPECT_THAT(state_.stalled(k_late), IsEmpty());

  state_.sink_thread.beat(k_begin);
  EXPECT_THAT(state_.stalled(k_late), ElementsAre(HasSubstr("sink")));
}

TEST_F(health_test, a_thread_that_rests_is_not_stalled_however_long) {
  state_.sink_thread.beat(k_begin);
  state_.sink_thread.rest();
  EXPECT_THAT(state_.stalled(k_begin + std::chrono::hours(1000)), IsEmpty());
}

TEST_F(health_test, a_graph_that_keeps_its_batches_is_stalled) {
  state_.handed_over(k_begin);
  EXPECT_THAT(state_.stalled(k_begin + k_heartbeat_patience), IsEmpty());
  EXPECT_THAT(state_.stalled(k_late), ElementsAre(HasSubstr("graph")));
  // More that goes in is no sign of life.
  state_.handed_over(k_late);
  EXPECT_THAT(state_.stalled(k_late), ElementsAre(HasSubstr("graph")));
  state_.taken(k_late);
  EXPECT_THAT(state_.stalled(k_late), IsEmpty());
}

TEST_F(health_test, an_empty_graph_is_not_stalled) {
  state_.handed_over(k_begin);
  state_.taken(k_begin);
  EXPECT_THAT(state_.stalled(k_begin + std::chrono::hours(1000)), IsEmpty());
  // And has its time anew when the next batch comes.
  const auto next = k_begin + std::chrono::hours(1000);
  state_.handed_over(next);
  EXPECT_THAT(state_.stalled(next + seconds(1)), IsEmpty());
}

TEST_F(health_test, a_sink_at_work_holds_the_graph_up_and_does_not_stall_it) {
  state_.handed_over(k_begin);
  state_.sink_thread.beat(k_late);  // tries to reach a broker, again and again
  EXPECT_THAT(state_.stalled(k_late), IsEmpty());
}

}  // namespace
}  // namespace tokensieve
