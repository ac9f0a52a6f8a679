#include "pipeline/one_or_many.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace tokensieve {
namespace {

TEST(one_or_many_test, it_is_a_list) {
  one_or_many<std::unique_ptr<int>> list;
  std::vector<int> expected;
  std::mt19937 random(1);
  for (int round = 0; round < 10'000; ++round) {
    if (random() % 2 == 0 && !expected.empty()) {
      const std::size_t at = random() % expected.size();
      list.erase(at);
      expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      const std::size_t at = random() % (expected.size() + 1);
      std::unique_ptr<int>& made = list.insert(at);
      ASSERT_EQ(made, nullptr);
      made = std::make_unique<int>(round);
      expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(at),
                      round);
    }
    ASSERT_TRUE(std::ranges::equal(
        list.all(), expected, {},
        [](const std::unique_ptr<int>& one) { return *one; }));
  }
}

}  // namespace
}  // namespace tokensieve
