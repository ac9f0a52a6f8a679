#include "pipeline/log_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tokensieve {
namespace {

struct log_of_test {
  std::uint64_t stream = 0;
};

TEST(log_table_test, the_log_silent_for_longest_is_the_oldest) {
  log_table<log_of_test> table;
  std::vector<std::uint64_t> expected;  // the oldest in front
  std::mt19937 random(1);
  for (int round = 0; round < 50'000; ++round) {
    if (random() % 3 == 0 && !expected.empty()) {
      ASSERT_EQ(table.oldest().stream, expected.front());
      table.remove_oldest();
      expected.erase(expected.begin());
      continue;
    }
    // Many of them want the same slots.
    const std::uint64_t stream = (random() % 300 << 32) | (random() % 4 + 1021);
    log_of_test& log = table.heard_of(stream);
    const auto known = std::ranges::find(expected, stream);
    ASSERT_EQ(log.stream, known == expected.end() ? 0 : stream);
    log.stream = stream;
    if (known != expected.end()) expected.erase(known);
    expected.push_back(stream);
  }
}

TEST(log_table_test, nothing_is_known_behind_a_clear) {
  log_table<log_of_test> table;
  table.heard_of(7).stream = 7;
  EXPECT_GT(table.bytes(), 0U);
  table.clear();
  EXPECT_EQ(table.bytes(), 0U);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.fetch_links(7), nullptr);
  EXPECT_EQ(table.heard_of(7).stream, 0U);
}

}  // namespace
}  // namespace tokensieve
