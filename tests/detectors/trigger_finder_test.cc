#include "detectors/trigger_finder.h"

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

std::vector<text_trigger> triggers_of(std::string_view text,
                                      line_form form = line_form::text) {
  std::vector<text_trigger> all;
  work_budget work(SIZE_MAX);
  trigger_finder finder(text, form, work);
  while (const auto found = finder.next())
    all.push_back(*found);
  return all;
}

bool has(const std::vector<text_trigger>& all, token_encoding encoding) {
  return std::ranges::any_of(all, [&](const text_trigger& found) {
    return found.encoding == encoding;
  });
}

std::string hex(std::string_view text) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string digits;
  for (const char c : text) {
    digits += k_digits[static_cast<unsigned char>(c) / 16];
    digits += k_digits[static_cast<unsigned char>(c) % 16];
  }
  return digits;
}

TEST(trigger_finder, sees_a_token_in_letters_wherever_it_stands) {
  samples::generator random(2);
  for (std::size_t before = 0; before < 200; ++before) {
    const std::string token = samples::granular(random);
    const std::string noise(before, ' ');
    const std::string behind(random.below(100), ' ');
    for (std::size_t lead = 0; lead < 3; ++lead) {
      const std::string text = std::string(lead, '-') + token;
      EXPECT_TRUE(has(triggers_of(noise + samples::base64(text) + behind),
                      token_encoding::base64))
          << before;
    }
    EXPECT_TRUE(
        has(triggers_of(noise + hex(token) + behind), token_encoding::hex))
        << before;
  }
}

TEST(trigger_finder, sees_lines_of_eight_letters_and_more) {
  samples::generator random(3);
  for (std::size_t column = 8; column < 120; ++column) {
    const std::string letters = samples::base64(
        "0123456789" + samples::granular(random) + "0123456789");
    std::string folded;
    for (std::size_t at = 0; at < letters.size(); at += column)
      folded += "12:00:01 " + letters.substr(at, column) + "\n";
    EXPECT_TRUE(has(triggers_of(folded), token_encoding::base64)) << column;
  }
}

TEST(trigger_finder, sees_elements_of_an_array_in_raw_bytes_only) {
  samples::generator random(4);
  const std::string letters = samples::base64(samples::granular(random));
  const std::string elements = "[\"log\",\"" + letters.substr(0, 20) + "\",\"" +
                               letters.substr(20, 20) + "\",\"" +
                               letters.substr(40) + "\"]";
  EXPECT_TRUE(
      has(triggers_of(elements, line_form::raw), token_encoding::base64));
  EXPECT_FALSE(has(triggers_of(elements), token_encoding::base64));
}

TEST(trigger_finder, does_not_take_what_logs_hold_for_letters) {
  for (const std::string_view text : {
           "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVj"
           "cXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
           "3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
           "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "functionalTestLinuxLatestGlobalAvailable",
           "GREATERTHANOREQUAL",
           "node_modules/some-package/dist/cjs/internal/operators/index",
           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
           "6f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0",
           // Base64 of text, but shorter than any token.
           "\"node_id\": \"MDQ6VXNlcjIxMDMxMDY3\", \"x\": 1",
       }) {
    EXPECT_TRUE(triggers_of(text).empty()) << text;
    EXPECT_TRUE(triggers_of(text, line_form::raw).empty()) << text;
  }
}

TEST(trigger_finder, a_letter_that_repeats_hides_no_token_beside_it) {
  samples::generator random(5);
  for (const char letter : {'V', 'A', '5'}) {
    for (std::size_t size = 0; size < 200; ++size) {
      const std::string repeats(size, letter);
      EXPECT_TRUE(triggers_of(repeats).empty()) << letter << size;
      const std::string text =
          repeats + samples::base64(samples::granular(random)) + repeats;
      EXPECT_TRUE(has(triggers_of(text), token_encoding::base64))
          << letter << size;
    }
  }
}

TEST(trigger_finder, sees_letters_that_nobody_need_encode) {
  const std::vector<std::pair<std::string_view, token_encoding>> rows{
      {"%6Epm_", token_encoding::percent},
      {"n%70m_", token_encoding::percent},
      {"npm%5f", token_encoding::percent},
      {"_auth%54oken", token_encoding::percent},
      {"a%42cde%46", token_encoding::percent},
      {"&#110;", token_encoding::html},
      {"&#x6E;", token_encoding::html},
      {"npm&lowbar;", token_encoding::html},
      {R"(\x41bc\u0064)", token_encoding::escape},
      {R"(\156pm_)", token_encoding::escape},
      {R"(\\\\u006epm_)", token_encoding::escape},
      {"=6E=70=6D=5F", token_encoding::quoted_printable},
      {"npm=5Fabc", token_encoding::quoted_printable},
      {"np=\r\nm_abc", token_encoding::quoted_printable},
  };
  for (const auto& [text, encoding] : rows)
    EXPECT_TRUE(has(triggers_of(text), encoding)) << text;
}

TEST(trigger_finder, lets_pass_what_writers_encode) {
  for (const std::string_view text : {
           "https://ci.corp.example/a%20b%2Fc%3Dd%E2%9C%93?x=30&y=41&l=7",
           "a=35 b=45 token=77 prompt_tokens=749",
           "&amp;&#39;&#x27;&nbsp;&lt;",
           R"(C:\users\xavier\100\0.log \u001b[36mgreen\u001b[0m)",
           "progress 50%30 done",
           "aGVsbG8=\nnext line",
       }) {
    EXPECT_TRUE(triggers_of(text).empty()) << text;
  }
}

}  // namespace
}  // namespace tokensieve
