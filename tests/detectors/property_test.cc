// The detector against the reference. `mutants/` builds this file against
// detectors with a fault in them and expects it to fail.

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tokensieve {
namespace {

using samples::generator;

std::vector<reference::token> found_in(const std::string& text) {
  return samples::in_clear(samples::scan(text));
}

// Names, separators and values, whole and broken, in any order.
std::string fragment(generator& random) {
  static const std::vector<std::string> k_names = {
      "_authToken",
      "_AUTHTOKEN",
      "_authtoken",
      "npmAuthToken",
      "NPM_TOKEN",
      "npm_token",
      "my_npm_token",
      "NPM_AUTH_TOKEN",
      "FONTAWESOME_NPM_AUTH_TOKEN",
      "NODE_AUTH_TOKEN",
      "node_auth_token",
      "NPM_CONFIG_//h.example/:_authToken",
      "npm_authToken",
      "NpmToken.",
      "NPM_TOKEN_ID",
      "NPM_TOKENS",
      "npmauthtoken",
      "//npm.corp.example/:_authToken"};
  static const std::vector<std::string> k_separators = {"=",
                                                        ":",
                                                        " ",
                                                        "\t",
                                                        "=>",
                                                        "\"",
                                                        "'",
                                                        "`",
                                                        "\\\"",
                                                        "\\\\\\\"",
                                                        "\x1b[0m",
                                                        "\x1b[K",
                                                        ": \"",
                                                        " => ",
                                                        "{\"value\":\"",
                                                        "\x1b[01;31m",
                                                        "",
                                                        ">",
                                                        "_",
                                                        "-",
                                                        ",",
                                                        "\n",
                                                        "\\n",
                                                        "Bearer ",
                                                        "\",\"value\":\"",
                                                        "\" value=\"",
                                                        "\"] = \"",
                                                        "', '",
                                                        "\r\n  value: "};
  switch (random.below(12)) {
    case 0:
      return samples::granular(random);
    case 1:
      return samples::bad_granular(random);
    case 2:
      return samples::uuid(random);
    case 3:
      return "NpmToken." + samples::uuid(random);
    case 4:
    case 5:
      return random.pick(k_names);
    case 6:
    case 7:
      return random.pick(k_separators);
    case 8:
      return random.bytes(1 + random.below(4));
    case 9:
      return random.pick({"npm_", "npm_npm_", "npm", "N", "_", "0"});
    case 10:
      return random.pick(k_names) + random.pick(k_separators) +
             samples::uuid(random);
    default:
      return random.letters(samples::k_base62, 1 + random.below(40));
  }
}

std::string mixture(generator& random) {
  std::string text;
  for (std::size_t i = random.below(12) + 1; i > 0; --i) {
    text += fragment(random);
  }
  return text;
}

TEST(property, any_mixture_yields_what_the_reference_finds) {
  generator random(1);
  std::size_t tokens = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = mixture(random);
    const auto expected = reference::find_tokens(text);
    tokens += expected.size();
    ASSERT_EQ(found_in(text).size(), expected.size())
        << ::testing::PrintToString(text);
    ASSERT_TRUE(found_in(text) == expected) << ::testing::PrintToString(text);
  }
  EXPECT_GT(tokens, 10'000u);  // the generator makes what it is to test
}

TEST(property, a_granular_token_is_found_between_any_two_bytes) {
  const std::string token = samples::granular("SYNTHETIC0001TOKENxNOTxREALxxx");
  for (int before = 0; before < 256; ++before) {
    for (int behind = 0; behind < 256; ++behind) {
      const std::string text =
          static_cast<char>(before) + token + static_cast<char>(behind);
      ASSERT_EQ(found_in(text),
                (std::vector<reference::token>{{1, token, "high"}}))
          << before << ' ' << behind;
    }
  }
}

TEST(property, a_bad_checksum_is_found_where_the_reference_sees_delimiters) {
  generator random(2);
  const std::string token = samples::bad_granular(random);
  for (int byte = 0; byte < 256; ++byte) {
    const std::string before = static_cast<char>(byte) + token;
    const std::string behind = token + static_cast<char>(byte);
    ASSERT_EQ(found_in(before), reference::find_tokens(before)) << byte;
    ASSERT_EQ(found_in(behind), reference::find_tokens(behind)) << byte;
  }
}

TEST(property, a_body_may_begin_with_any_number_of_small_letters) {
  generator random(3);
  for (std::size_t small = 0; small <= 30; ++small) {
    for (int i = 0; i < 20; ++i) {
      const std::string token =
          samples::granular(random.letters(samples::k_lower, small) +
                            random.letters(samples::k_base62, 30 - small));
      ASSERT_EQ(found_in(token),
                (std::vector<reference::token>{{0, token, "high"}}));
      ASSERT_TRUE(samples::may_hold_token(token)) << small;
    }
  }
}

TEST(property, a_body_of_small_letters_alone_passes_the_prefilter) {
  generator random(4);
  for (int i = 0; i < 100; ++i) {
    const std::string token = "npm_" + random.letters(samples::k_lower, 36);
    ASSERT_EQ(found_in(token).size(), 1u);
    ASSERT_TRUE(samples::may_hold_token(token));
  }
}

TEST(property, checksums_with_leading_zeros_are_valid) {
  generator random(5);
  int leading_zeros = 0;
  for (int i = 0; i < 3'000; ++i) {
    const std::string token = samples::granular(random);
    if (token[34] == '0') ++leading_zeros;
    ASSERT_EQ(found_in(token),
              (std::vector<reference::token>{{0, token, "high"}}));
  }
  EXPECT_GT(leading_zeros, 300);
}

TEST(property, glued_tokens_are_found_one_by_one) {
  generator random(6);
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (std::size_t count = 1 + random.below(4); count > 0; --count) {
      text += random.pick({"", "npm_", "npm_npm_", "xnpm"});
      text += samples::granular(random);
    }
    ASSERT_EQ(found_in(text), reference::find_tokens(text)) << text;
  }
}

TEST(property, an_event_with_a_token_passes_the_prefilter_however_escaped) {
  generator random(7);
  int with_token = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string text = mixture(random);
    if (reference::find_tokens(text).empty()) continue;
    ++with_token;
    const std::size_t one_in = std::size_t{1} << random.below(8);
    const std::string raw =
        "{\"text\":\"" + samples::json_escaped(text, random, one_in) + "\"}";
    ASSERT_TRUE(samples::may_hold_token(raw)) << ::testing::PrintToString(raw);
    ASSERT_TRUE(samples::may_hold_token(text))
        << ::testing::PrintToString(text);
  }
  EXPECT_GT(with_token, 10'000);
}

// One escape is enough to hide a literal, and at most places nothing else
// triggers.
TEST(property, one_escaped_byte_anywhere_in_a_fixed_text_is_seen) {
  generator random(8);
  const std::string id = "5afe0000-0001-4000-8000-5eed5eed5eed";
  for (const std::string& text :
       {"npm_" + random.letters(samples::k_lower, 36), "_authToken=" + id,
        "npmAuthToken: " + id, "NPM_TOKEN=" + id, "node_auth_token=" + id,
        "NPM_AUTH_TOKEN=" + id, "NpmToken." + id,
        "npm token create\ntoken " + id, "Created publish token " + id,
        "Created \x1b[34mread only\x1b[39m token " + id}) {
    ASSERT_EQ(samples::scan(text).size(), 1u) << text;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::string raw =
          samples::json_escaped(text.substr(0, at), random, 1u << 30) +
          samples::json_escaped(text.substr(at, 1), random, 1) +
          samples::json_escaped(text.substr(at + 1), random, 1u << 30);
      ASSERT_TRUE(samples::may_hold_token(raw)) << raw;
    }
  }
}

TEST(property, packed_events_are_told_apart) {
  generator random(9);
  scanner finder = samples::make_scanner();
  for (int i = 0; i < 500; ++i) {
    std::string packed;
    std::vector<std::size_t> ends;
    std::vector<bool> alone;
    for (int event = 0; event < 20; ++event) {
      const std::string raw =
          "{\"text\":\"" +
          samples::json_escaped(mixture(random), random, 1u << 30) + "\"}";
      packed += raw;
      ends.push_back(packed.size());
      alone.push_back(finder.may_hold_token(raw));
    }
    std::vector<std::size_t> matches;
    finder.prefilter(packed, ends, matches);
    ASSERT_TRUE(std::is_sorted(matches.begin(), matches.end()));
    for (std::size_t event = 0; event < ends.size(); ++event) {
      const std::size_t begin = event == 0 ? 0 : ends[event - 1];
      const bool matched = std::any_of(
          matches.begin(), matches.end(),
          [&](std::size_t end) { return end > begin && end <= ends[event]; });
      ASSERT_TRUE(matched || !alone[event]) << event;
    }
  }
}

}  // namespace
}  // namespace tokensieve
