#include "pipeline/partition_lag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using testing::IsEmpty;
using testing::SizeIs;

class partition_lag_test : public testing::Test {
 protected:
  static constexpr partition_lag::clock::time_point k_begin{
      milliseconds(1'000'000)};

  partition_lag_test() {
    lag_.assign({{{logs_, 0}, 10}, {{logs_, 1}, 0}}, k_begin);
  }

  /// Of partition 0, committed up to `position`, some time behind the start.
  [[nodiscard]] partition_lag::measured measure(std::int64_t position,
                                                milliseconds later) const {
    const auto all = lag_.measure({{{logs_, 0}, position}}, k_begin + later);
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? partition_lag::measured{} : all[0];
  }

  const std::string logs_ = "ci.build-logs";
  partition_lag lag_;
};

TEST_F(partition_lag_test, it_is_counted_from_the_commit_to_the_end) {
  lag_.set_end(logs_, 0, 100);
  const auto lag = measure(40, milliseconds(0));
  EXPECT_EQ(lag.topic, logs_);
  EXPECT_EQ(lag.partition, 0);
  EXPECT_EQ(lag.records, 60);
}

TEST_F(partition_lag_test, its_age_is_that_of_the_last_record_read) {
  lag_.set_end(logs_, 0, 100);
  lag_.read(logs_, 0, 1'000'000 - 5'000);
  EXPECT_EQ(measure(40, milliseconds(2'000)).age, milliseconds(7'000));
}

TEST_F(partition_lag_test,
       before_a_record_is_read_it_is_that_of_the_assignment) {
  lag_.set_end(logs_, 0, 100);
  EXPECT_EQ(measure(10, milliseconds(3'000)).age, milliseconds(3'000));
}

TEST_F(partition_lag_test, what_does_not_lag_has_no_age) {
  lag_.set_end(logs_, 0, 100);
  lag_.read(logs_, 0, 0);
  const auto lag = measure(100, milliseconds(3'000));
  EXPECT_EQ(lag.records, 0);
  EXPECT_EQ(lag.age, milliseconds(0));
}

TEST_F(partition_lag_test, it_is_never_negative) {
  lag_.set_end(logs_, 0, 100);     // known late
  lag_.read(logs_, 0, 2'000'000);  // a producer's clock is ahead
  EXPECT_EQ(measure(120, milliseconds(0)).records, 0);
  EXPECT_EQ(measure(90, milliseconds(0)).age, milliseconds(0));
}

TEST_F(partition_lag_test, a_partition_whose_end_is_not_known_is_left_out) {
  EXPECT_THAT(lag_.measure({{{logs_, 0}, 10}, {{logs_, 1}, 0}}), IsEmpty());
}

TEST_F(partition_lag_test, a_partition_of_another_member_is_left_out) {
  lag_.set_end(logs_, 0, 100);
  lag_.set_end(logs_, 7, 100);
  lag_.read(logs_, 7, 0);
  EXPECT_THAT(lag_.measure({{{logs_, 0}, 10}, {{logs_, 7}, 0}}), SizeIs(1));
  EXPECT_EQ(lag_.assigned(), 2U);
  lag_.clear();
  EXPECT_THAT(lag_.measure({{{logs_, 0}, 10}}), IsEmpty());
  EXPECT_EQ(lag_.assigned(), 0U);
}

}  // namespace
}  // namespace tokensieve
