#include "detectors/raw_escape.h"

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

/// What is looked for, one rule a line. `before` is what must stand in front.
struct rule {
  std::regex before;
  std::regex escape;
};

const std::vector<rule>& rules() {
  static const std::vector<rule> k_rules = [] {
    const auto with = [](const char* before, const std::string& escape) {
      return rule{std::regex(before), std::regex(escape)};
    };
    // Carriage returns, and colours of few bytes.
    const std::string more = R"((\\u000[dD]|\\r|\\u001[bB]\[[0-9;]*[A-Za-z])*)";
    const std::string begun = R"((?=\\u00(0[dD]|1[bB])))" + more;
    return std::vector<rule>{
        with("", R"(\\u00([4-7][0-9A-Fa-f]|3[0-9ABFabf]|20|2[Ee]))"),
        with("", R"(\\u0026(#|lowbar|UnderBar))"),
        with("", R"(\\u003[dD][3-7][0-9A-Fa-f]\\u003[dD][3-7])"),
        with("(n|np|npm)$", R"(\\u003[dD]\\[rn])"),
        with("[A-Za-z0-9]$", R"((\\u0000[A-Za-z0-9]){7})"),
        // The rest of the prefix, with sequences in it.
        with("n$", begun + "p" + more + "m" + more + "_"),
        with("np$", begun + "m" + more + "_"),
        with("npm$", begun + "_"),
    };
  }();
  return k_rules;
}

bool expected(const std::string& raw, std::size_t at) {
  for (const auto& [before, escape] : rules()) {
    const auto here = raw.begin() + static_cast<std::ptrdiff_t>(at);
    if (std::regex_search(here, raw.end(), escape,
                          std::regex_constants::match_continuous) &&
        std::regex_search(raw.begin(), here, before)) {
      return true;
    }
  }
  return false;
}

TEST(raw_escape, hides_what_the_rules_say_and_nothing_else) {
  samples::generator random(6);
  const std::vector<std::string> pieces{
      "\\u0000",    "\\u000d", "\\u000D", "\\u0020", "\\u0026", "\\u002e",
      "\\u002f",    "\\u0031", "\\u003A", "\\u003d", "\\u003D", "\\u003e",
      "\\u001b[0m", "\\u0041", "\\u007a", "\\u0080", "\\u0141", "\\r",
      "\\n",        "n",       "p",       "m",       "_",       "np",
      "npm",        "#",       "lowbar",  "6E",      "3",       "a",
      " "};
  std::size_t hidden = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    std::string raw;
    for (std::size_t i = 0; i < 12; ++i)
      raw += pieces[random.below(pieces.size())];
    // A bare sequence is cut off at the end of the text, and taken to go on.
    raw += " ";
    for (std::size_t at = raw.find('\\'); at != raw.npos;
         at = raw.find('\\', at + 1)) {
      const bool found = escape_may_hide(raw, at);
      EXPECT_EQ(found, expected(raw, at)) << raw << " at " << at;
      hidden += found ? 1 : 0;
    }
  }
  EXPECT_GT(hidden, 1000U);
}

TEST(raw_escape, seven_zeros_between_letters_are_utf_16) {
  for (std::size_t zeros = 0; zeros < 10; ++zeros) {
    std::string raw = "n";
    for (std::size_t i = 0; i < zeros; ++i)
      raw += "\\u0000p";
    EXPECT_EQ(zeros > 0 && escape_may_hide(raw, 1), zeros >= 7) << raw;
  }
}

TEST(raw_escape, a_colour_within_the_prefix_is_one_and_elsewhere_is_none) {
  for (const std::string_view escape : {"\\u001b", "\\u001B"}) {
    for (const std::string_view colour : {"[0m", "[31;1m", "[K"}) {
      const std::string code = std::string(escape) + std::string(colour);
      for (const std::string_view parts : {"n|pm_", "np|m_", "npm|_"}) {
        const std::size_t at = parts.find('|');
        const std::string raw = std::string(parts.substr(0, at)) + code +
                                std::string(parts.substr(at + 1)) + "x ";
        EXPECT_TRUE(escape_may_hide(raw, at)) << raw;
      }
      for (const std::string_view parts : {"npm| WARN", "in| x", "x|npm_"}) {
        const std::size_t at = parts.find('|');
        const std::string raw = std::string(parts.substr(0, at)) + code +
                                std::string(parts.substr(at + 1)) + " ";
        EXPECT_FALSE(escape_may_hide(raw, at)) << raw;
      }
    }
  }
}

TEST(raw_escape, a_letter_of_a_line_end_is_none_of_the_prefix) {
  const std::string rest =
      "\\u001b[0mpm_" + samples::generator(6).letters(samples::k_base62, 36);
  EXPECT_TRUE(samples::may_hold_token("in n" + rest + " "));
  EXPECT_TRUE(samples::may_hold_token("in C:\\\\n" + rest + " "));
  EXPECT_TRUE(samples::may_hold_token("in \\\\\\n" + rest + " "));
  EXPECT_FALSE(samples::may_hold_token("in \\n" + rest + " "));
}

TEST(raw_escape, what_programs_draw_with_hides_nothing) {
  std::string raw;
  for (const std::string_view drawn :
       {"\\u2502", "\\u0416", "\\u2714", "\\ud83d\\ude00", "\\u0"})
    raw += std::string(drawn) + " passed ";
  EXPECT_FALSE(samples::may_hold_token(raw));
  for (const std::string_view letters :
       {"\\u006e\\u0070", "\\u{6e}\\u{70}", "\\x6e\\x70"})
    EXPECT_TRUE(samples::may_hold_token(raw + std::string(letters) + "m_"));
}

TEST(raw_escape, an_escape_that_is_cut_off_hides_nothing) {
  const std::string_view escape = "\\u0041";
  for (std::size_t size = 1; size < escape.size(); ++size)
    EXPECT_FALSE(escape_may_hide(escape.substr(0, size), 0)) << size;
  EXPECT_TRUE(escape_may_hide(escape, 0));
}

}  // namespace
}  // namespace tokensieve
