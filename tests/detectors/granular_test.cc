#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

const std::string k_token = "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";
const std::string k_bad = "npm_SYNTHETIC9000TOKANxNOTxREALxxx0tM5mk";

class surroundings : public ::testing::TestWithParam<const char*> {};

// T stands for the token: what peers miss, by scanner.
TEST_P(surroundings, do_not_matter_to_a_valid_checksum) {
  std::string text = GetParam();
  const std::size_t at = text.find('T');
  text.replace(at, 1, k_token);
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 1u) << text;
  EXPECT_EQ(found[0].token.reveal(), k_token);
  EXPECT_EQ(found[0].begin, at);
  EXPECT_EQ(found[0].end, at + k_token.size());
  EXPECT_EQ(found[0].kind, token_kind::granular);
  EXPECT_EQ(found[0].format, token_format::npm);
  EXPECT_EQ(found[0].checksum, token_checksum::valid);
  EXPECT_EQ(found[0].confidence, token_confidence::high);
  EXPECT_TRUE(found[0].encodings.empty());
}

INSTANTIATE_TEST_SUITE_P(
    missed_by_peers, surroundings,
    ::testing::Values("T", "npm=T\n", "\x1b[36mT", "\x1b[KT", "T\x1b[0m",
                      R"(\u001b[36mT\u001b[0m)", R"(a\nT)", "?t=T&x=1",
                      "https://u:T@git.corp.example/", "<t>T</t>", "T,", "T)",
                      "T.", "T-", "T:", "T]", "T}", R"({\"t\":\"T\"})", "fooT",
                      "X_T", "Tabc", "T_x", "npm_T", "npm_npm_T",
                      "\xc3\xbc\xe2\x86\x92T\xc3\xbc"));

TEST(granular, a_bad_checksum_is_low_where_well_delimited) {
  for (const std::string& text :
       {k_bad, "(" + k_bad + ")", "-" + k_bad + "-"}) {
    const auto found = samples::scan(text);
    ASSERT_EQ(found.size(), 1u) << text;
    EXPECT_EQ(found[0].confidence, token_confidence::low);
    EXPECT_EQ(found[0].checksum, token_checksum::invalid);
  }
  for (const std::string& text :
       {"x" + k_bad, k_bad + "x", "_" + k_bad, k_bad + "_"}) {
    EXPECT_TRUE(samples::scan(text).empty()) << text;
  }
}

TEST(granular, a_bad_checksum_is_counted_where_it_is_not_asked_for) {
  scanner finder = samples::make_scanner(token_confidence::medium);
  std::vector<finding> found;
  ASSERT_TRUE(finder.scan("_authToken=" + k_bad + " x" + k_bad, {}, found));
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(
      finder.rejected()[static_cast<std::size_t>(rejection::bad_checksum)], 2u);
}

TEST(granular, one_character_repeated_is_a_placeholder_at_any_confidence) {
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  const std::string text = "npm_" + std::string(36, 'x') + " npm_" +
                           std::string(36, '0') + " npm_" +
                           std::string(18, 'X') + std::string(18, 'x');
  ASSERT_TRUE(finder.scan(text, {}, found));
  EXPECT_TRUE(found.empty());
  EXPECT_EQ(finder.rejected()[static_cast<std::size_t>(rejection::placeholder)],
            3u);
}

TEST(granular, look_alikes_are_no_tokens) {
  for (const std::string text :
       {"npm_config_registry=https://npm.corp.example/",
        "npm_package_version=1.0.0", "npm_", "npm_SYNTHETIC0001",
        "NPM_SYNTHETIC0001TOKENxNOTxREALxxx1rVOnr",
        "npm-SYNTHETIC0001TOKENxNOTxREALxxx1rVOnr",
        "npm_SYNTHETIC0001TOKEN-NOTxREALxxx1rVOnr"}) {
    EXPECT_TRUE(samples::scan(text).empty()) << text;
  }
}

TEST(granular, a_token_cut_anywhere_is_none) {
  for (std::size_t size = 0; size < k_token.size(); ++size) {
    EXPECT_TRUE(samples::scan(k_token.substr(0, size)).empty()) << size;
  }
}

}  // namespace
}  // namespace tokensieve
