// What other scanners miss or falsely report: each row of the comparison that
// concerns what stands around a token, or how it is encoded.

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

const std::string k_token = "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";

struct row {
  const char* name;
  std::string before;
  std::string behind;
};
class peers_miss : public ::testing::TestWithParam<row> {};

TEST_P(peers_miss, a_token_in_clear) {
  const std::string text = GetParam().before + k_token + GetParam().behind;
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 1u) << text;
  EXPECT_EQ(found[0].token.reveal(), k_token);
  EXPECT_EQ(found[0].begin, GetParam().before.size());
  EXPECT_TRUE(found[0].encodings.empty());
  EXPECT_TRUE(samples::may_hold_token(text));
}

INSTANTIATE_TEST_SUITE_P(
    rows, peers_miss,
    ::testing::Values(
        row{"variable", "NPM_TOKEN=", "\n"},
        row{"colour_before", "\x1b[36m", ""},
        row{"erased_before", "\x1b[K", ""}, row{"colour_behind", "", "\x1b[0m"},
        row{"escaped_colour", "\\u001b[36m", "\\u001b[0m"},
        row{"escaped_line_end", "a\\n", ""}, row{"query", "?token=", "&x"},
        row{"user_information", "https://u:", "@host"},
        row{"element", "<t>", "</t>"}, row{"comma", "", ","},
        row{"bracket", "", ")"}, row{"full_stop", "", "."},
        row{"dash", "", "-"}, row{"colon", "", ":"}, row{"square", "", "]"},
        row{"brace", "", "}"}, row{"escaped_quotes", "\\\"", "\\\""},
        row{"glued_before", "foo", ""}, row{"glued_by_underscore", "X_", ""},
        row{"glued_behind", "", "abc"}, row{"underscore_behind", "", "_x"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(peers_miss, base64_of_json_with_a_letter_beyond_ascii) {
  EXPECT_EQ(samples::scan("x " +
                          samples::base64("{\"\xc3\xa9\":\"" + k_token + "\"}"))
                .size(),
            1u);
}

TEST(peers_miss, base64_twice_of_a_long_text_off_the_grid) {
  samples::generator random(1);
  const std::string inner =
      "{" + random.letters(samples::k_base62, 30'000) + "\"" + k_token + "\"}";
  for (std::size_t offset = 0; offset < 9; ++offset) {
    const std::string text =
        std::string(offset, '.') + samples::base64(samples::base64(inner));
    const auto found = samples::scan(text);
    ASSERT_EQ(found.size(), 1u) << offset;
    EXPECT_EQ(found[0].begin, offset);
  }
}

TEST(peers_report, what_is_no_token) {
  scanner finder = samples::make_scanner(token_confidence::medium);
  samples::generator random(2);
  for (const std::string& text :
       {samples::bad_granular(random), "npm_" + std::string(42, 'a'),
        "NPM_" + std::string(36, 'A'), "npm_" + std::string(36, 'x'),
        "npm-session: " + samples::uuid(random),
        "npm ERR! run " + samples::uuid(random)}) {
    std::vector<finding> found;
    EXPECT_TRUE(finder.scan(text, {}, found));
    EXPECT_TRUE(found.empty()) << text;
  }
}

}  // namespace
}  // namespace tokensieve
