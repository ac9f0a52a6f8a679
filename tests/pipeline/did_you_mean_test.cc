#include "pipeline/did_you_mean.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

TEST(did_you_mean_test, the_distance_counts_a_swap_once) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("group", "group"), 0U);
  EXPECT_EQ(edit_distance("grup", "group"), 1U);
  EXPECT_EQ(edit_distance("gruop", "group"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(did_you_mean_test, nothing_is_offered_for_what_is_far_from_all) {
  const std::vector<std::string> names{"a.group", "b.level", "c.level"};
  EXPECT_EQ(did_you_mean("a.gruop", names), "a.group");
  EXPECT_EQ(did_you_mean("group", names), "a.group");
  EXPECT_EQ(did_you_mean("x.y.level", names), std::nullopt);
  EXPECT_EQ(did_you_mean("colour", names), std::nullopt);
}

}  // namespace
}  // namespace tokensieve
