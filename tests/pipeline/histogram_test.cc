#include "pipeline/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class histogram_test : public testing::Test {
 protected:
  histogram<3> times_{std::array{0.1, 1.0, 10.0}};
};

TEST_F(histogram_test, nothing_observed_is_all_zero) {
  const auto now = times_.read();
  EXPECT_EQ(now.count, 0U);
  EXPECT_EQ(now.sum, 0.0);
  EXPECT_THAT(now.cumulative, ElementsAre(0, 0, 0));
}

TEST_F(histogram_test, a_bucket_holds_what_is_at_most_its_bound) {
  times_.observe(milliseconds(0));
  times_.observe(milliseconds(100));
  times_.observe(milliseconds(101));
  times_.observe(milliseconds(10'000));
  const auto now = times_.read();
  EXPECT_THAT(now.cumulative, ElementsAre(2, 3, 4));
  EXPECT_EQ(now.count, 4U);
}

TEST_F(histogram_test, what_is_over_the_last_bound_counts_all_the_same) {
  times_.observe(std::chrono::hours(48));
  const auto now = times_.read();
  EXPECT_THAT(now.cumulative, ElementsAre(0, 0, 0));
  EXPECT_EQ(now.count, 1U);
  EXPECT_DOUBLE_EQ(now.sum, 48 * 3600.0);
}

TEST_F(histogram_test, the_sum_is_in_seconds) {
  times_.observe(milliseconds(250));
  times_.observe(milliseconds(500));
  EXPECT_DOUBLE_EQ(times_.read().sum, 0.75);
}

TEST_F(histogram_test, observations_of_many_threads_all_count) {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([this] {
        for (int k = 0; k < 1000; ++k)
          times_.observe(milliseconds(500));
      });
    }
  }
  EXPECT_THAT(times_.read().cumulative, ElementsAre(0, 4000, 4000));
  EXPECT_DOUBLE_EQ(times_.read().sum, 2000.0);
}

}  // namespace
}  // namespace tokensieve
