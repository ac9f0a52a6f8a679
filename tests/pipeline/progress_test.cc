#include "pipeline/progress.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

TEST(format_bytes, shows_three_digits_and_a_decimal_unit) {
  const std::vector<std::pair<double, std::string>> examples{
      {0, "0 B"},           {1, "1 B"},           {999, "999 B"},
      {1000, "1 kB"},       {1234, "1.23 kB"},    {12'345, "12.3 kB"},
      {456'789, "457 kB"},  {1.5e6, "1.5 MB"},    {1.234e9, "1.23 GB"},
      {5.67e12, "5.67 TB"}, {999.4e12, "999 TB"},
  };
  for (const auto& [bytes, expected] : examples)
    EXPECT_EQ(format_bytes(bytes), expected);
}

TEST(format_bytes, what_rounds_up_to_a_thousand_is_one_of_the_next_unit) {
  EXPECT_EQ(format_bytes(999.4), "999 B");
  EXPECT_EQ(format_bytes(999.6), "1 kB");
  EXPECT_EQ(format_bytes(999'499), "999 kB");
  EXPECT_EQ(format_bytes(999'600), "1 MB");
}

TEST(progress, draws_nothing_where_standard_error_is_no_terminal) {
  std::atomic<int> drawn{0};
  testing::internal::CaptureStderr();
  {
    const progress shown([&drawn] {
      ++drawn;
      return std::string("half");
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(drawn, 0);
}

}  // namespace
}  // namespace tokensieve
