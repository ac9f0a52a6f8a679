// Where a folded block begins and ends, and what stands around it in a log.

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

using samples::generator;

const std::string k_id = "5afe0000-0040-4000-8000-5eed5eed5eed";

std::string folded(const std::string& letters, std::size_t column,
                   const std::vector<std::string>& prefixes,
                   const std::string& line_end) {
  std::string text;
  for (std::size_t at = 0; at < letters.size(); at += column)
    text += prefixes[at / column % prefixes.size()] +
            letters.substr(at, column) + line_end;
  return text;
}

// One token, which begins at `begin` of `text`; in an event's raw bytes, too.
void expect_at(const std::string& text, std::size_t begin) {
  generator random(7);
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 1U) << ::testing::PrintToString(text);
  EXPECT_EQ(found[0].begin, begin) << ::testing::PrintToString(text);
  EXPECT_TRUE(samples::may_hold_token(
      samples::json_escaped(text, random, std::size_t{1} << 30)))
      << ::testing::PrintToString(text);
}

// No padding says that the block ends, and the next word is letters, too.
TEST(fold, a_uuid_ends_where_its_line_does) {
  for (const std::string before :
       {"NPM_TOKEN=", "a NPM_TOKEN=", "ab NPM_TOKEN=", "NpmToken."}) {
    const std::string letters = samples::base64(before + k_id, "+/", false);
    for (const std::string word :
         {"done", "done.", "warn x", "Published ok", "npm notice", "cache",
          "##[endgroup]", "yes", "200 OK", "[build] ok"}) {
      const std::string behind = "\n" + word + "\n";
      expect_at("$ x\n" + letters + behind, 4);
      expect_at("$ x\n" + folded(letters, 40, {""}, "\n") + word + "\n", 4);
      expect_at("$ x\n" + samples::base64(letters, "+/", false) + behind, 4);
    }
  }
}

// Letters of either may be looked at in turn, one alignment after the other.
TEST(fold, two_runs_side_by_side_are_both_read) {
  generator random(8);
  for (const std::string between : {" ", "&y=", ",", "\",\"b\":\""}) {
    for (std::size_t before = 0; before < 64; ++before) {
      const std::string text =
          std::string(before, '.') +
          samples::base64("T=" + samples::granular(random), "+/", false) +
          between + samples::base64("T=" + samples::granular(random) + "\n");
      EXPECT_EQ(samples::scan(text).size(), 2U) << text;
    }
  }
}

TEST(fold, a_word_that_begins_the_text_is_no_line_of_it) {
  generator random(3);
  for (const std::string word : {"Published", "packages", "deadline"}) {
    const std::string letters = samples::base64(samples::granular(random));
    expect_at(word + "\n" + letters + "\n", word.size() + 1);
  }
}

TEST(fold, another_value_that_ends_a_line_is_no_line_of_it) {
  generator random(6);
  const std::string letters =
      samples::base64("T=" + samples::granular(random) + "\n");
  for (const std::string& value :
       {k_id, random.letters("0123456789abcdef", 40)}) {
    const std::string before = "some name and then " + value + "\n";
    expect_at(before + letters + "\n", before.size());
  }
}

TEST(fold, numbers_of_a_prefix_may_be_padded) {
  generator random(4);
  const std::vector<std::string> prefixes{"[ 8.3s] ", "[ 9.4s] ", "[10.5s] ",
                                          "[ 1.6s] "};
  const std::string letters =
      samples::base64("token " + samples::granular(random) + " of many");
  expect_at("$ x\n" + folded(letters, 20, prefixes, "\n"), 12);
}

TEST(fold, what_ends_a_line_may_end_with_letters) {
  generator random(5);
  for (const std::string end :
       {"\x1b[0m\n", "\x1b[39;49m\r\n", "\"+\n", "\",\n"}) {
    const std::string letters =
        samples::base64("some token " + samples::granular(random) + " here");
    const std::string prefix = end[0] == '"' ? "\"" : "\x1b[36m";
    expect_at("$ x\n" + folded(letters, 20, {prefix}, end), 4 + prefix.size());
  }
}

// Not padded, so only what they decode to says that they are two.
TEST(fold, texts_encoded_each_in_a_line_are_runs_of_their_own) {
  generator random(9);
  const auto line = [](const std::string& text) {
    return samples::base64(text, "+/", false) + "\n";
  };
  const std::string token = line("T=" + samples::granular(random) + "\n");
  for (const std::string first : {"name: a package", "some words of a text",
                                  "registry=npm.corp.example, longer than the "
                                  "second text and some more",
                                  "registry=npm.corp.example, and nothing but "
                                  "one line of a file\n"}) {
    for (const std::string before : {"", "$ x\n", "> "}) {
      const std::string lines = before + line(first);
      expect_at(lines + token + "done\n", lines.size());
    }
  }
  // As the text begins within a block, its first line may be short, but is cut
  // where it is read as no text.
  expect_at("ZW4gYSB0b2tlbiBpbiBh\n" + token, 21);
  expect_at("W4gYSB0b2tlbiBpbiBhI\n" + token, 0);
}

TEST(fold, a_block_behind_a_longer_line_is_a_run_of_its_own) {
  generator random(12);
  const std::string line =
      samples::base64(std::string(76, '.') + "T=", "+/", false) + "\n";
  const std::string letters = samples::base64(
      samples::granular(random) + std::string(70, '.'), "+/", false);
  expect_at(line + folded(letters, 64, {""}, "\n"), line.size());
}

TEST(fold, tokens_of_two_runs_stand_each_in_its_own) {
  generator random(10);
  const std::string first =
      samples::base64("T=" + samples::granular(random) + ";", "+/", false);
  const std::string second =
      samples::base64(samples::granular(random) + "\n", "+/", false);
  ASSERT_NE(first.size() % 4, 0U);
  const std::string text = "$ x\n" + first + "\n" + second + "\n";
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].begin, 4U);
  EXPECT_EQ(found[0].end, 4 + first.size());
  EXPECT_EQ(found[1].begin, 5 + first.size());
  EXPECT_EQ(found[1].end, 5 + first.size() + second.size());
}

// Whatever the border falls on; and a line's end where blocks are folded as a
// rule, or where more than two lines are full, is one by chance.
TEST(fold, a_block_of_few_lines_is_one_run) {
  generator random(11);
  const std::string token = "T=" + samples::granular(random) + "\n";
  const auto text_of = [](std::size_t size) {
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
      text += "a word, or 2, of it. "[i % 21];
    return text;
  };
  for (std::size_t column = 32; column < 120; ++column) {
    const std::string letters =
        samples::base64(text_of(column * 3 / 4 + 5) + token, "+/", false);
    expect_at("$ x\n" + folded(letters, column, {""}, "\n"), 4);
  }
  for (const std::size_t column : {64U, 76U}) {
    const std::string full = text_of(column * 3 / 4 - 1) + "\n";
    const std::string letters = samples::base64(full + token, "+/", false);
    expect_at("$ x\n" + folded(letters, column, {""}, "\n"), 4);
  }
  const std::string full = text_of(59) + "\n";
  expect_at("$ x\n" + folded(samples::base64(full + full + token, "+/", false),
                             80, {""}, "\n"),
            4);
}

// In an event's raw bytes the first line begins behind a quote.
TEST(fold, a_block_may_begin_where_the_text_of_an_event_does) {
  generator random(9);
  const std::string token = samples::granular(random);
  for (std::size_t column = 12; column < 48; ++column) {
    const std::string text = folded(
        samples::base64("T=" + token), column,
        {"2026-11-24T07:36:36.800Z ", "2026-11-24T09:00:05.340Z "}, "\n");
    ASSERT_EQ(samples::scan(text).size(), 1U) << text;
    for (const std::string before : {"{\"type\":\"build_log\",\"text\":\"",
                                     "{\"text\": \"", "[\"", "\""}) {
      EXPECT_TRUE(samples::may_hold_token(
          before + samples::json_escaped(text, random, std::size_t{1} << 30) +
          "\"}"))
          << column << before;
    }
  }
}

// Where the first line has more in front of it than the others have.
TEST(fold, the_first_line_of_a_block_may_begin_otherwise) {
  generator random(10);
  const std::string letters =
      samples::base64("token: " + samples::granular(random));
  for (const std::string prefix : {"", "\t", "  ", "  \"", "> ", "+", "+  "}) {
    for (const std::string first : {"\"", "{", "a"}) {
      const bool sign = prefix.starts_with('+');
      // Letters right in front would be the block's.
      if (first == "a" && (prefix.empty() || prefix == "+")) continue;
      std::string text = folded(letters, 20, {prefix}, "\n");
      text.insert(sign ? 1 : 0, first);
      ASSERT_EQ(samples::scan(text).size(), 1U) << text;
      EXPECT_TRUE(samples::may_hold_token(
          "{\"text\":\"" +
          samples::json_escaped(text, random, std::size_t{1} << 30) + "\"}"))
          << text;
    }
  }
}

}  // namespace
}  // namespace tokensieve
