#include "pipeline/chunk.h"

#include "pipeline/raw_walk.h"
#include "schemas/json_text.h"
#include "schemas/place.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

// What a JSON writer may make of a log, and what none would. Of `plain` + 1
// parts one is any of them.
std::string escaped_text(samples::generator& random, std::size_t size,
                         std::size_t plain) {
  static constexpr std::string_view k_parts[] = {
      "a",        "word ",     R"(\n)",     R"(\\)",        R"(\\n)",
      R"(\")",    R"(\t)",     R"(\u000a)", R"(\u001b[0m)", R"(\ud83d\ude00)",
      "\xc3\xa9", R"(\u00e9)", R"(\u000A)", R"(\u100a)",    R"(\u000\n)"};
  std::string made;
  while (made.size() < size)
    made += k_parts[random.below(
        random.below(plain + 1) == 0 ? std::size(k_parts) : 3)];
  return made;
}

TEST(chunk_test,
     the_tail_of_a_text_is_where_it_is_once_its_escapes_are_undone) {
  samples::generator random{11};
  std::string scratch;
  std::string more;
  for (int round = 0; round < 3000; ++round) {
    const std::string raw =
        escaped_text(random, 900 + random.below(1500), round % 2 == 0 ? 3 : 0);
    const tail_place found = find_tail(raw, true);
    raw_walk walk(raw, true);
    if (raw.size() > k_seam_reach) walk.to(raw.size() - k_seam_reach);
    EXPECT_EQ(found.begin, walk.at()) << raw;
    EXPECT_EQ(found.line, walk.line()) << raw;
    EXPECT_EQ(found.column, walk.column()) << raw;
    // Neither part has lost anything.
    const std::string whole(unescape_json(raw, scratch).text);
    const std::string_view all(raw);
    std::string parts(unescape_json(all.substr(0, found.begin), more).text);
    const text_place place = locate(whole, parts.size(), false);
    EXPECT_EQ(found.line, place.line) << raw;
    EXPECT_EQ(found.column, place.column) << raw;
    parts += unescape_json(all.substr(found.begin), more).text;
    EXPECT_EQ(parts, whole);
    if (::testing::Test::HasFailure()) break;
  }
}

TEST(chunk_test, a_line_end_is_seen_in_every_notation) {
  struct row {
    const char* raw;
    bool escaped;
    bool holds;
    bool ends;
  };
  for (const row& one :
       std::initializer_list<row>{{"a\n", false, true, true},
                                  {"a\nb", false, true, false},
                                  {R"(a\n)", false, false, false},
                                  {R"(a\n)", true, true, true},
                                  {R"(a\nb)", true, true, false},
                                  {R"(C:\\n)", true, false, false},
                                  {R"(C:\\\n)", true, true, true},
                                  {R"(\u001b[0m \u000ab)", true, true, false},
                                  {R"(\u000Ab)", true, true, false},
                                  {R"(\\u000a)", true, false, false},
                                  {"", true, false, false}}) {
    EXPECT_EQ(holds_line_end(one.raw, one.escaped), one.holds) << one.raw;
    EXPECT_EQ(ends_with_line_end(one.raw, one.escaped), one.ends) << one.raw;
  }
}

}  // namespace
}  // namespace tokensieve
