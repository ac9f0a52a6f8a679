#include "schemas/place.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

using enum patch_side;

struct expected_place {
  std::uint64_t line;
  std::uint64_t column;
  std::optional<patch_side> side;
};

/// Where the `X` of a patch is found.
void expect_patch(std::string_view patch, expected_place expected) {
  const text_place found = locate(patch, patch.find('X'), true);
  EXPECT_EQ(found.line, expected.line) << patch;
  EXPECT_EQ(found.column, expected.column) << patch;
  EXPECT_EQ(found.side, expected.side) << patch;
}

TEST(text, only_a_line_feed_ends_a_line) {
  const std::string_view text = "a\rb\r\nc\n\nd";
  const auto expect = [&](char c, std::uint64_t line, std::uint64_t column) {
    const text_place found = locate(text, text.find(c), false);
    EXPECT_EQ(found.line, line) << c;
    EXPECT_EQ(found.column, column) << c;
    EXPECT_EQ(found.side, std::nullopt);
  };
  expect('a', 1, 1);
  expect('b', 1, 3);
  expect('c', 2, 1);
  expect('d', 4, 1);
}

TEST(text, columns_count_bytes) {
  EXPECT_EQ(locate("\xC3\xBC\xE2\x86\x92X", 5, false).column, 6U);
}

TEST(text, the_end_is_a_place) {
  EXPECT_EQ(locate("a\n", 2, false).line, 2U);
  EXPECT_EQ(locate("", 0, false).line, 1U);
  EXPECT_EQ(locate("", 0, true).column, 1U);
}

TEST(text, signs_mean_nothing_in_what_is_no_patch) {
  EXPECT_EQ(locate("@@ -1 +1 @@\n+X", 13, false).side, std::nullopt);
}

TEST(patch, each_side_has_its_own_lines) {
  expect_patch("@@ -0,0 +1,2 @@\n+a\n+tX\n", {2, 2, added});
  expect_patch("@@ -17,2 +7,2 @@\n a\n-X\n+b\n", {18, 1, removed});
  expect_patch("@@ -7,2 +9,3 @@\n X\n+a\n b\n", {9, 1, context});
  expect_patch("@@ -7,2 +9,3 @@\n-a\n+b\n+c\n X\n", {11, 1, context});
}

TEST(patch, a_count_of_one_may_be_left_out) {
  expect_patch("@@ -3 +4 @@\n-a\n+X", {4, 1, added});
  expect_patch("@@ -3 +4,2 @@ int main() {\n-X\n+b\n+c", {3, 1, removed});
}

TEST(patch, has_several_hunks) {
  expect_patch("@@ -3,2 +3,2 @@\n-a\n+b\n c\n@@ -40,2 +40,3 @@\n x\n+X\n y\n",
               {41, 1, added});
}

TEST(patch, a_missing_line_end_is_no_line) {
  expect_patch(
      "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+b\n+X\n"
      "\\ No newline at end of file\n",
      {2, 1, added});
}

TEST(patch, counts_tell_a_removed_line_from_a_file_header) {
  expect_patch("@@ -5,2 +5,1 @@\n--- a\n-X\n b\n", {6, 1, removed});
  expect_patch("@@ -5,1 +5,2 @@\n+++ a\n+X\n b\n", {6, 1, added});
  expect_patch("@@ -5,1 +5,1 @@\n--- X\n+b\n", {5, 4, removed});
}

TEST(patch, file_headers_are_outside_of_hunks) {
  constexpr std::string_view git =
      "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n";
  const std::string first = std::string(git) + "@@ -1 +1 @@\n-a\n+b\n";
  expect_patch(first + "diff --git a/X b/X\n", {8, 14, std::nullopt});
  expect_patch(first + "--- a/X\n", {8, 7, std::nullopt});
  expect_patch(first + "--- a/x\n+++ b/X\n", {9, 7, std::nullopt});
  expect_patch(first + std::string(git) + "@@ -70 +71,2 @@\n+X\n c\n",
               {71, 1, added});
  expect_patch("+++ b/X\n@@ -1 +1 @@\n", {1, 7, std::nullopt});
}

TEST(patch, a_hunk_header_is_no_line_of_a_file) {
  expect_patch("@@ -1 +1 @@ X\n-a\n+b\n", {1, 13, std::nullopt});
  expect_patch("a\n@@ -1,1 +1,1 X\n+a\n", {2, 14, std::nullopt});
}

TEST(patch, carriage_returns_belong_to_their_lines) {
  expect_patch("@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+cX\r\n", {2, 2, added});
}

TEST(patch, an_empty_context_line_may_have_lost_its_blank) {
  expect_patch("@@ -1,3 +1,4 @@\n a\n\n+X\n b\n", {3, 1, added});
}

TEST(patch, lines_beyond_the_counts_still_belong_to_the_hunk) {
  expect_patch("@@ -1 +1 @@\n-a\n+b\n+X\n", {2, 1, added});
  expect_patch("@@ -1 +1 @@\n-a\n+b\n-- \nX", {5, 1, std::nullopt});
}

TEST(patch, text_without_hunks_is_text) {
  expect_patch("+X", {1, 2, std::nullopt});
  expect_patch("", {1, 1, std::nullopt});
}

TEST(patch, numbers_out_of_range_do_no_harm) {
  expect_patch("@@ -1 +99999999999999999999999 @@\n+X", {2, 2, std::nullopt});
  expect_patch("@@ -0,0 +0,0 @@\n+X", {1, 1, added});
  expect_patch("@@ -1,18446744073709551615 +1,18446744073709551615 @@\n-X",
               {1, 1, removed});
}

/// A random change of a file, with the place of every line of its diff.
TEST(patch, every_line_of_random_diffs_is_found) {
  std::mt19937 random(1);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int i = 0; i < 3000; ++i) {
    std::string diff = "--- a/f\n+++ b/f\n";
    struct line {
      std::size_t begin;
      expected_place place;
    };
    std::vector<line> lines;
    std::uint64_t old_line = 1;
    std::uint64_t new_line = 1;
    for (std::size_t hunk = 1 + below(4); hunk > 0; --hunk) {
      const std::uint64_t gap = 1 + below(50);
      old_line += gap;
      new_line += gap;
      const std::uint64_t old_first = old_line;
      const std::uint64_t new_first = new_line;
      std::string body;
      std::vector<line> inside;
      for (std::size_t n = 1 + below(8); n > 0; --n) {
        static constexpr std::string_view k_texts[] = {
            "", "text", "-- a/x", "++ b/x", "@@ -1 +1 @@", "+", "\\", "\r"};
        const std::string text(k_texts[below(std::size(k_texts))]);
        const std::size_t side = below(3);
        const char sign = "+- "[side];
        inside.push_back({body.size() + 1,
                          {side == 1 ? old_line : new_line, 1,
                           side == 0   ? added
                           : side == 1 ? removed
                                       : context}});
        if (side != 0) ++old_line;
        if (side != 1) ++new_line;
        body += sign + text + "\n";
      }
      diff += "@@ -" + std::to_string(old_first) + "," +
              std::to_string(old_line - old_first) + " +" +
              std::to_string(new_first) + "," +
              std::to_string(new_line - new_first) + " @@\n";
      for (line& one : inside) {
        one.begin += diff.size();
        lines.push_back(one);
      }
      diff += body;
    }
    for (const auto& [begin, place] : lines) {
      const text_place found = locate(diff, begin, true);
      ASSERT_EQ(found.line, place.line) << diff << "at " << begin;
      ASSERT_EQ(found.column, place.column) << diff << "at " << begin;
      ASSERT_EQ(found.side, place.side) << diff << "at " << begin;
    }
  }
}

TEST(place, a_locator_that_is_asked_again_says_what_a_new_one_says) {
  const std::string diff =
      "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -3,2 +3,3 @@ f()\n one\n-two\n"
      "+2\n+3\r\n\\ No newline at end of file\n@@ -40 +41 @@\n-a\n+b\nafter";
  for (const bool patch : {false, true}) {
    locator places(diff, patch);
    std::size_t offset = 0;
    for (std::size_t step = 0; step < 500; ++step) {
      offset = (offset * 31 + step * 17 + 7) % (diff.size() + 2);
      const text_place found = places.at(offset);
      const text_place expected = locate(diff, offset, patch);
      ASSERT_EQ(found.line, expected.line) << offset;
      ASSERT_EQ(found.column, expected.column) << offset;
      ASSERT_EQ(found.side, expected.side) << offset;
    }
  }
}

}  // namespace
}  // namespace tokensieve
