// What may be spent on one text: hostile ones reach the bound and say so,
// honest ones never do.

#include "detectors/bytes.h"
#include "tests/detectors/encoders.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

using samples::generator;

constexpr std::size_t k_size = std::size_t{1} << 20;

std::string repeated(std::string_view unit, std::size_t size) {
  std::string all;
  while (all.size() < size)
    all += unit;
  return all;
}

std::string log_lines(std::size_t size, generator& random) {
  std::string all;
  while (all.size() < size) {
    all += "2026-11-24T02:07:00.1234Z \x1b[36;1mnpm ci\x1b[0m in " +
           std::to_string(random.below(100'000)) +
           " ms, npm_config_cache=" + random.letters(samples::k_lower, 20) +
           "\n";
  }
  return all;
}

std::string folded(std::string_view text, generator& random) {
  std::size_t begin = 0;
  return encoders::fold(text, 76, "2026-11-24T02:07:##.####Z ", "\n", random,
                        begin);
}

void expect_complete(const std::string& text, const std::string& token) {
  const auto found = samples::scan(text);  // expects that no bound was reached
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].token.reveal(), token);
}

class hostile : public ::testing::TestWithParam<std::string> {
 protected:
  generator random_{1};
  std::string token_ = samples::granular(random_);
  std::string text_ = repeated(GetParam(), k_size);
};

TEST_P(hostile, what_stands_in_clear_is_found_beyond_the_bound) {
  const std::string text = text_ + ' ' + token_ + ' ';
  scanner finder = samples::make_scanner(token_confidence::medium);
  std::vector<finding> found;
  EXPECT_FALSE(finder.scan(text, {}, found)) << "the bound is told";
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].token.reveal(), token_);
  EXPECT_EQ(found[0].begin, text_.size() + 1);
}

TEST_P(hostile, does_not_spend_what_the_next_text_has) {
  scanner finder = samples::make_scanner(token_confidence::medium);
  std::vector<finding> found;
  EXPECT_FALSE(finder.scan(text_, {}, found));
  EXPECT_TRUE(finder.scan("t=" + samples::base64("t=" + token_), {}, found));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].token.reveal(), token_);
}

TEST_P(hostile, is_not_passed_over_by_the_prefilter) {
  EXPECT_TRUE(
      samples::may_hold_token(text_ + " t=" + samples::base64("t=" + token_)));
}

INSTANTIATE_TEST_SUITE_P(
    bounds, hostile,
    ::testing::Values("VVVU", "npm_token%6E&#110;=6E\\u006e\x1b[0m",
                      "n\rp\rm\r_\r"));

class honest : public ::testing::Test {
 protected:
  generator random_{2};
  std::string token_ = samples::granular(random_);
};

TEST_F(honest, three_layers_of_folded_base64_are_read_whole) {
  std::string text = log_lines(1'500, random_) + "t=" + token_ + "\n";
  for (int layer = 0; layer < 3; ++layer)
    text = folded(samples::base64(text), random_);
  EXPECT_GT(text.size(), 4'096u);
  expect_complete(text, token_);
}

TEST_F(honest, a_whole_event_in_utf16_is_read_whole) {
  expect_complete(
      encoders::wrap("utf-16le", log_lines(k_size / 2, random_) + token_ + '\n',
                     random_)
          .text,
      token_);
}

TEST_F(honest, a_log_with_some_base64_and_escapes_is_read_whole) {
  std::string text;
  while (text.size() < k_size) {
    text += log_lines(8'000, random_);
    text += samples::base64(log_lines(1'000, random_)) + "\n";
    text += encoders::wrap("escape", log_lines(100, random_), random_).text;
    text += "\n";
  }
  expect_complete(text + "t=" + token_ + "\n", token_);
}

TEST_F(honest, a_log_in_base64_is_read_whole) {
  const std::string log = log_lines(k_size / 2, random_) + token_ + "\n";
  expect_complete(samples::base64(log), token_);
  expect_complete(folded(samples::base64(log), random_), token_);
}

// Their last groups stand for text, and the signs in front seem to begin a
// unit.
TEST_F(honest, thousands_of_uuids_are_told_whole) {
  const std::string line = "NPM_TOKEN=6f1c2d3e-4b5a-4978-8796-a5b4c3d2e1f0\n";
  std::string text;
  for (int i = 0; i < 9'000; ++i)
    text += line;
  EXPECT_EQ(samples::scan(text).size(), 9'000u);
}

TEST_F(honest, escaped_text_of_64_kib_is_read_whole) {
  std::string text;
  for (const char c : log_lines(60'000, random_) + "t=" + token_ + "\n") {
    constexpr std::string_view k_digits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text += "\\u00";
    text += {k_digits[byte >> 4], k_digits[byte & 15]};
  }
  expect_complete(text, token_);
}

// Lines of nothing but tokens, each in an encoding of its own.
class dense : public ::testing::TestWithParam<std::string> {};

TEST_P(dense, every_token_is_found) {
  constexpr std::size_t k_tokens = 1'000;
  generator random(3);
  for (const std::string_view name :
       {"", "_authToken=", "//npm.corp.example/some/path/:_authToken="}) {
    for (const std::string_view before : {"", "x = "}) {
      std::set<std::string> tokens;
      std::string text;
      while (tokens.size() < k_tokens) {
        const std::string token = samples::granular(random);
        tokens.insert(token);
        text += before;
        text +=
            encoders::wrap(GetParam(), std::string(name) + token, random).text;
        text += '\n';
      }
      std::set<std::string> found;
      for (const finding& one : samples::scan(text))
        found.insert(std::string(one.token.reveal()));
      EXPECT_EQ(found, tokens) << name << ' ' << before;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(bounds, dense, ::testing::ValuesIn(encoders::names()),
                         [](const auto& of) {
                           std::string name = of.param;
                           std::ranges::replace_if(
                               name, [](char c) { return !is_alnum(c); }, '_');
                           return name;
                         });

TEST(bounds, registries_of_many_tokens_are_all_found) {
  constexpr std::size_t k_tokens = 2'000;
  generator random(4);
  std::string npmrc;
  std::string yarn;
  for (std::size_t i = 0; i < k_tokens; ++i) {
    const std::string host = "//npm" + std::to_string(i) + ".corp.example";
    const std::string token = samples::granular(random);
    npmrc.append(host).append("/:_authToken=").append(token).append("\n");
    yarn.append("\"").append(host).append("\":\n  npmAuthToken: ");
    yarn.append(token).append("\n");
  }
  for (const std::string& text : {npmrc, yarn}) {
    const auto found = samples::scan(text);
    ASSERT_EQ(found.size(), k_tokens);
    for (std::size_t i = 0; i < k_tokens; ++i) {
      EXPECT_EQ(found[i].registry,
                "npm" + std::to_string(i) + ".corp.example/");
    }
  }
}

}  // namespace
}  // namespace tokensieve
