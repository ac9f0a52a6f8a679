// The encodings, and the seam through which they reach the scanner.

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

using samples::generator;

const std::string k_token = "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";
const std::string k_id = "5afe0000-0040-4000-8000-5eed5eed5eed";

void expect_one(const std::vector<finding>& found, std::string_view value,
                std::size_t begin, std::size_t end,
                const std::vector<token_encoding>& encodings,
                const std::string& text) {
  ASSERT_EQ(found.size(), 1u) << ::testing::PrintToString(text);
  EXPECT_EQ(found[0].token.reveal(), value);
  EXPECT_EQ(found[0].begin, begin) << ::testing::PrintToString(text);
  EXPECT_EQ(found[0].end, end) << ::testing::PrintToString(text);
  EXPECT_EQ(found[0].encodings, encodings);
}

TEST(terminal, grep_colours_the_prefix) {
  const std::string text = ".npmrc:1:token=\x1b[01;31m\x1b[Knpm_\x1b[m\x1b[K" +
                           k_token.substr(4) + "\n";
  const std::size_t begin = text.find("npm_");
  expect_one(samples::scan(text), k_token, begin, text.size() - 1,
             {token_encoding::terminal}, text);
}

TEST(terminal, a_code_may_stand_behind_any_letter) {
  generator random(1);
  for (std::size_t at = 1; at < k_token.size(); ++at) {
    for (const std::string code :
         {"\x1b[m", "\x1b[K", "\x1b[01;31m\x1b[K", "\x1b[38;5;196m"}) {
      const std::string text =
          "a " + k_token.substr(0, at) + code + k_token.substr(at) + " b";
      expect_one(samples::scan(text), k_token, 2, text.size() - 2,
                 {token_encoding::terminal}, text);
      EXPECT_TRUE(samples::may_hold_token(text)) << at;
      EXPECT_TRUE(samples::may_hold_token(
          samples::json_escaped(text, random, 1u << 30)))
          << at;
      EXPECT_TRUE(
          samples::may_hold_token(samples::json_escaped(text, random, 3)))
          << at;
    }
  }
}

TEST(terminal, each_letter_in_a_colour_of_its_own) {
  std::string text;
  for (const char c : k_token)
    text += std::string("\x1b[1;31m") + c;
  expect_one(samples::scan(text), k_token, 7, text.size(),
             {token_encoding::terminal}, text);
}

TEST(terminal, is_not_listed_for_a_token_that_stands_in_clear) {
  const std::string text = "\x1b[36m" + k_token + "\x1b[0m npm_\x1b[m" +
                           k_token.substr(4) + ' ' + k_token;
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_TRUE(found[0].encodings.empty());
  EXPECT_EQ(found[1].encodings.size(), 1u);
  EXPECT_TRUE(found[2].encodings.empty());
}

TEST(terminal, reads_the_registry_in_front) {
  const auto found = samples::scan(
      "//\x1b[1mnpm\x1b[m.corp.example/:_authToken="
      "\x1b[1mnpm\x1b[m_" +
      k_token.substr(4));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].registry, "npm.corp.example/");
}

TEST(base64, up_to_three_layers_at_any_alignment) {
  generator random(2);
  for (int i = 0; i < 3'000; ++i) {
    const std::string token = samples::granular(random);
    std::string encoded = random.bytes(random.below(20)) + token +
                          random.letters(samples::k_base62, random.below(20));
    const std::size_t layers = 1 + random.below(3);
    for (std::size_t layer = 0; layer < layers; ++layer) {
      const bool outermost = layer + 1 == layers;
      encoded =
          samples::base64(encoded, outermost && random.chance(2) ? "-_" : "+/",
                          random.chance(2));
    }
    const std::string text = "dump: " + encoded + "\n";
    expect_one(samples::scan(text), token, 6, 6 + encoded.size(),
               std::vector(layers, token_encoding::base64), text);
    EXPECT_TRUE(samples::may_hold_token(samples::json_escaped(
        text, random, std::size_t{2} << random.below(8))));
  }
}

TEST(base64, no_deeper_than_the_scanner_was_told) {
  std::string text = k_token;
  for (std::size_t layers = 1; layers <= 3; ++layers) {
    text = samples::base64(text);
    for (std::size_t depth = 0; depth <= scanner::k_max_depth; ++depth) {
      scanner finder(signatures::compile(), token_confidence::medium, depth);
      std::vector<finding> found;
      ASSERT_TRUE(finder.scan(text, {}, found));
      EXPECT_EQ(found.size(), depth >= layers ? 1u : 0u)
          << layers << " layers, depth " << depth;
      // What is shown is masked whatever is looked for.
      EXPECT_EQ(finder.mask(text, {}), "npm_SYNT...VOnr");
    }
  }
}

TEST(base64, of_legacy_tokens_with_context_and_registry_inside) {
  for (const std::string inner :
       {"//npm.corp.example/:_authToken=", "NPM_TOKEN=", "npm_token=",
        "NODE_AUTH_TOKEN=", "npmAuthToken: ", "NPM_CONFIG__AUTHTOKEN=",
        "FONTAWESOME_NPM_AUTH_TOKEN=", "Bearer NpmToken."}) {
    std::string encoded = inner + k_id + "\n";
    for (std::size_t layers = 1; layers <= 3; ++layers) {
      encoded = samples::base64(encoded);
      const auto found = samples::scan("x: " + encoded);
      ASSERT_EQ(found.size(), 1u) << inner << layers;
      EXPECT_TRUE(found[0].token.reveal().ends_with(k_id));
      EXPECT_EQ(found[0].encodings,
                std::vector(layers, token_encoding::base64));
      EXPECT_EQ(found[0].registry,
                inner.starts_with("//") ? "npm.corp.example/" : "");
    }
  }
}

TEST(base64, letters_glued_in_front_belong_to_the_run) {
  for (std::size_t glued = 1; glued < 6; ++glued) {
    const std::string text =
        ": " + std::string(glued, 'x') + samples::base64("t=" + k_token) + ' ';
    expect_one(samples::scan(text), k_token, 2, text.size() - 1,
               {token_encoding::base64}, text);
  }
}

TEST(base64, the_sign_of_a_patch_is_no_letter_of_the_run) {
  const std::string encoded = samples::base64(k_token);
  const std::string text = "@@ -0,0 +1 @@\n+" + encoded;
  expect_one(samples::scan(text, {.patch = true}), k_token, 15, text.size(),
             {token_encoding::base64}, text);
  expect_one(samples::scan(text), k_token, 14, text.size(),
             {token_encoding::base64}, text);
}

TEST(base64, a_run_of_megabytes_is_read_to_its_end) {
  generator random(3);
  std::string inner = random.bytes(3'000'000);
  std::vector<std::string> tokens;
  for (const std::size_t at : {0u, 50'000u, 1'500'001u, 2'999'000u}) {
    tokens.push_back(samples::granular(random));
    inner.replace(at, 40, tokens.back());
  }
  const std::string encoded = samples::base64(inner);
  const auto found = samples::scan(encoded);
  ASSERT_EQ(found.size(), tokens.size());
  for (const finding& one : found) {
    EXPECT_EQ(one.begin, 0u);
    EXPECT_EQ(one.end, encoded.size());
  }
}

TEST(base64, two_registries_of_one_token_in_one_run_are_two_findings) {
  const auto found = samples::scan(
      samples::base64("//a.example/:_authToken=" + k_id +
                      "\n//b.example/:_authToken=" + k_id + "\n"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].registry, "a.example/");
  EXPECT_EQ(found[1].registry, "b.example/");
}

TEST(decoders, encodings_nest_from_the_outermost_in) {
  const std::string inner = "npm_\x1b[m" + k_token.substr(4);
  const std::string encoded = samples::base64(samples::base64(inner));
  expect_one(samples::scan("x " + encoded), k_token, 2, 2 + encoded.size(),
             {token_encoding::base64, token_encoding::base64,
              token_encoding::terminal},
             encoded);
}

TEST(decoders, what_is_encoded_and_no_token_is_no_finding) {
  generator random(4);
  for (int i = 0; i < 300; ++i) {
    const std::string text =
        samples::base64("npm_" + random.letters(samples::k_base62, 36) + "x");
    EXPECT_TRUE(samples::scan(text).empty()) << text;
  }
}

}  // namespace
}  // namespace tokensieve
