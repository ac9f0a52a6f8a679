#include "detectors/scanner.h"

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

const std::string k_token = "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";
const std::string k_other = "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";
const std::string k_id = "5afe0000-0040-4000-8000-5eed5eed5eed";

TEST(scan, findings_are_appended_in_the_order_of_their_places) {
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  ASSERT_TRUE(finder.scan(k_other, {}, found));
  ASSERT_TRUE(finder.scan(
      "NPM_TOKEN=" + k_id + " " + samples::base64(k_other) + " " + k_token, {},
      found));
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].token.reveal(), k_other);
  EXPECT_EQ(found[1].token.reveal(), k_id);
  EXPECT_EQ(found[2].token.reveal(), k_other);
  EXPECT_EQ(found[3].token.reveal(), k_token);
}

TEST(scan, each_occurrence_is_a_finding) {
  EXPECT_EQ(samples::scan(k_token + k_token + ' ' + k_token).size(), 3u);
}

TEST(scan, a_token_twice_in_a_run_is_as_sure_as_the_surer) {
  for (const auto& [first, second] : {std::pair("NPM_TOKEN=", "_authToken="),
                                      std::pair("_authToken=", "NPM_TOKEN=")}) {
    const auto found =
        samples::scan(samples::base64(first + k_id + "\n" + second + k_id));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].confidence, token_confidence::high);
  }
}

TEST(scan, a_finding_knows_the_fingerprint_of_its_token) {
  const auto found = samples::scan(k_token);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].fingerprint, fingerprint_of(secret(k_token)));
}

TEST(scan, reports_no_less_than_the_minimum) {
  const std::string text =
      "npm_SYNTHETIC9000TOKANxNOTxREALxxx0tM5mk NPM_TOKEN=" + k_id + ' ' +
      k_token;
  for (const auto& [minimum, expected] :
       {std::pair{token_confidence::low, 3u},
        std::pair{token_confidence::medium, 2u},
        std::pair{token_confidence::high, 1u}}) {
    scanner finder = samples::make_scanner(minimum);
    std::vector<finding> found;
    ASSERT_TRUE(finder.scan(text, {}, found));
    EXPECT_EQ(found.size(), expected);
  }
}

TEST(scan, says_when_there_are_more_findings_than_it_reports) {
  std::string text;
  for (std::size_t i = 0; i < scanner::k_max_findings; ++i)
    text += k_token;
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  EXPECT_TRUE(finder.scan(text, {}, found));
  EXPECT_EQ(found.size(), scanner::k_max_findings);
  found.clear();
  EXPECT_FALSE(finder.scan(text + k_token, {}, found));
  EXPECT_EQ(found.size(), scanner::k_max_findings);
}

TEST(scan, the_bound_counts_encoded_tokens_as_well) {
  std::string inner;
  for (std::size_t i = 0; i < 300; ++i) {
    inner += samples::granular("SYNTHETIC" + std::to_string(1000 + i) +
                               "TOKENxNOTxREALxxx");
  }
  std::string text;
  for (int i = 0; i < 40; ++i)
    text += samples::base64(inner) + '\n';
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  EXPECT_FALSE(finder.scan(text, {}, found));
  EXPECT_EQ(found.size(), scanner::k_max_findings);
}

TEST(scan, a_flood_of_prefixes_holds_nothing_and_hides_nothing) {
  std::string text;
  while (text.size() < (std::size_t{8} << 20))
    text += "npm_npm_npm_";
  text += k_token;
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].begin, text.size() - k_token.size());
}

TEST(scan, takes_any_bytes_and_none) {
  EXPECT_TRUE(samples::scan({}).empty());
  EXPECT_TRUE(samples::scan(std::string_view("\0\0\0", 3)).empty());
  EXPECT_EQ(samples::scan(std::string("\0\xff", 2) + k_token + '\0').size(),
            1u);
  EXPECT_FALSE(samples::may_hold_token({}));
}

TEST(scan, counts_names_without_a_token) {
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  ASSERT_TRUE(finder.scan("NPM_TOKEN: *** _authToken=${NPM_TOKEN}", {}, found));
  EXPECT_EQ(finder.rejected()[static_cast<std::size_t>(rejection::no_context)],
            3u);
}

TEST(prefilter, what_the_next_bytes_refute_is_no_match) {
  for (const std::string raw :
       {"npm_config_registry=x", "npm_package_json", "npm_lifecycle_event",
        "NODE_AUTH_TOKEN: ***", "NPM_TOKEN=***", "_authToken=${NPM_TOKEN}\\n",
        "${{ secrets.NPM_TOKEN }}", R"(\"NPM_TOKEN\": \"<redacted>\")",
        R"({"a":"\u003cb\u003e \u0026 \u0027 \u001b[0m"})"}) {
    EXPECT_FALSE(samples::may_hold_token(raw)) << raw;
  }
}

TEST(prefilter, a_name_at_the_end_may_go_on_in_the_next_chunk) {
  EXPECT_TRUE(samples::may_hold_token("a NPM_TOKEN"));
  EXPECT_TRUE(samples::may_hold_token("a NPM_TOKEN=\""));
}

TEST(mask, shows_displays_whatever_the_confidence_and_encoding) {
  scanner finder = samples::make_scanner(token_confidence::high);
  EXPECT_EQ(finder.mask("a/" + k_token + ".txt", {}), "a/npm_SYNT...VOnr.txt");
  EXPECT_EQ(finder.mask("x npm_SYNTHETIC9000TOKANxNOTxREALxxx0tM5mk", {}),
            "x npm_SYNT...M5mk");
  EXPECT_EQ(finder.mask("NPM_TOKEN=" + k_id + "&x", {}),
            "NPM_TOKEN=5afe0000...5eed&x");
  EXPECT_EQ(finder.mask("?q=" + samples::base64(k_token) + "&", {}),
            "?q=npm_SYNT...VOnr&");
  EXPECT_EQ(finder.mask("npm_\x1b[m" + k_token.substr(4) + "!", {}),
            "npm_SYNT...VOnr!");
  EXPECT_EQ(finder.mask("clean", {}), "clean");
}

TEST(mask, hides_known_values_without_context) {
  scanner finder = samples::make_scanner();
  const auto found = samples::scan("_authToken=" + k_id);
  ASSERT_EQ(found.size(), 1U);
  known_tokens known;
  known.add(found[0].token);
  EXPECT_EQ(finder.mask("/" + k_id + "/" + k_id, known),
            "/5afe0000...5eed/5afe0000...5eed");
  EXPECT_EQ(finder.mask("NPM_TOKEN=" + k_id, known),
            "NPM_TOKEN=5afe0000...5eed");
}

TEST(mask, counts_nothing) {
  scanner finder = samples::make_scanner();
  (void)finder.mask("NPM_TOKEN=x", {});
  EXPECT_EQ(finder.rejected(), rejection_counts{});
}

TEST(mask, shows_no_token_behind_a_bound) {
  std::string text;
  for (std::size_t i = 0; i < scanner::k_max_findings + 5; ++i)
    text += k_token;
  scanner finder = samples::make_scanner();
  EXPECT_EQ(finder.mask(text, {}).find(k_token.substr(12, 10)),
            std::string::npos);
}

TEST(hazards, markers_are_told_once) {
  scanner finder = samples::make_scanner();
  std::vector<token_hazard> hazards;
  finder.find_hazards("nothing here", hazards);
  EXPECT_TRUE(hazards.empty());
  const std::string marker =
      "IfYouRevokeThisTokenItWillWipeTheComputerOfTheOwner";
  finder.find_hazards(marker + " " + marker + " gh-token-monitor", hazards);
  finder.find_hazards(marker, hazards);
  EXPECT_EQ(hazards, std::vector{token_hazard::wipe_on_revoke});
}

// What the prefilter looks at first in a block may stand in a later event.
TEST(prefilter, small_events_hide_none_in_front_of_them) {
  scanner finder = samples::make_scanner();
  const std::string encoded = samples::base64(k_token);
  for (const std::string behind :
       {R"(\u006epm_)", "%6E%70%6D%5F", "NPM_TOKEN=1", "&#110;"}) {
    for (std::size_t gap = 0; gap < 64; ++gap) {
      const std::string first = std::string(gap, ' ') + encoded + "\n";
      const std::string packed = first + behind + std::string(400, 'x');
      std::vector<std::size_t> ends;
      finder.prefilter(packed, std::vector{first.size(), packed.size()}, ends);
      ASSERT_FALSE(ends.empty());
      EXPECT_LE(ends.front(), first.size()) << behind << gap;
    }
  }
}

TEST(scan, reports_what_ends_beyond_what_is_known) {
  const std::string first = "NPM_TOKEN=" + std::string(k_token) + "\n";
  const std::string text = first + first;
  const auto found = samples::scan(text, {.known_to = first.size()});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].begin, first.size() + 10);
  // One that begins before and ends behind is not known.
  EXPECT_EQ(samples::scan(text, {.known_to = 20}).size(), 2u);
}

TEST(names, are_those_of_the_contract) {
  EXPECT_EQ(to_string(token_encoding::quoted_printable), "quoted-printable");
  EXPECT_EQ(to_string(token_encoding::utf_16le), "utf-16le");
  EXPECT_EQ(to_string(token_encoding::terminal), "terminal");
  EXPECT_EQ(to_string(token_hazard::wipe_on_revoke), "wipe-on-revoke");
  EXPECT_EQ(to_string(token_format::nexus), "nexus");
  EXPECT_EQ(to_string(token_checksum::none), "none");
}

}  // namespace
}  // namespace tokensieve
