#include "pipeline/log_limiter.h"

#include <gtest/gtest.h>

namespace tokensieve {
namespace {

using std::chrono::seconds;

class log_limiter_test : public testing::Test {
 protected:
  /// Lines of `asked` that may be written at `second`.
  std::uint64_t admitted(std::uint64_t asked, int second,
                         const char* place = "a.cc:1") {
    std::uint64_t count = 0;
    for (std::uint64_t i = 0; i < asked; ++i)
      count += limiter_.admit(place, k_begin + seconds(second)) ? 1U : 0U;
    return count;
  }

  static constexpr log_limiter::clock::time_point k_begin{seconds(1'000)};
  static constexpr auto k_lines = log_limiter::k_lines;
  log_limiter limiter_;
};

TEST_F(log_limiter_test, a_place_says_so_many_lines_and_no_more) {
  EXPECT_EQ(admitted(k_lines + 90, 0), k_lines);
  EXPECT_EQ(admitted(1, 59), 0U);
}

TEST_F(log_limiter_test, a_place_that_says_little_is_never_cut) {
  for (int minute = 0; minute < 100; ++minute)
    EXPECT_EQ(admitted(k_lines, 60 * minute), k_lines);
}

TEST_F(log_limiter_test, it_speaks_again_and_tells_what_was_left_out) {
  admitted(k_lines + 90, 0);
  EXPECT_EQ(limiter_.admit("a.cc:1", k_begin + seconds(60)), 90U);
  EXPECT_EQ(limiter_.admit("a.cc:1", k_begin + seconds(60)), 0U);
}

TEST_F(log_limiter_test, places_do_not_count_for_each_other) {
  admitted(k_lines + 1, 0);
  EXPECT_EQ(admitted(k_lines, 0, "a.cc:2"), k_lines);
  EXPECT_EQ(limiter_.admit("b.cc:1", k_begin), 0U);
}

}  // namespace
}  // namespace tokensieve
