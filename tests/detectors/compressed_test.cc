#include "tests/detectors/compressed.h"

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

using enum token_encoding;
using encodings = std::vector<token_encoding>;

const std::string k_token = "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";
const std::string k_id = "5afe0000-0040-4000-8000-5eed5eed5eed";

// The one finding of `text` stands at `encoded`, as `expected` says.
void expect_one(const std::string& text, const std::string& encoded,
                const encodings& expected, std::string_view value = k_token) {
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 1u) << ::testing::PrintToString(text);
  EXPECT_EQ(found[0].token.reveal(), value);
  EXPECT_EQ(found[0].begin, text.find(encoded));
  EXPECT_EQ(found[0].end, text.find(encoded) + encoded.size());
  EXPECT_EQ(found[0].encodings, expected);
  samples::generator random(1);
  EXPECT_TRUE(samples::may_hold_token(text));
  EXPECT_TRUE(
      samples::may_hold_token(samples::json_escaped(text, random, 1u << 30)));
}

std::string folded(std::string_view text, std::size_t width,
                   const std::string& between) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); at += width) {
    if (at > 0) lines += between;
    lines += text.substr(at, width);
  }
  return lines;
}

TEST(compressed, gzip_and_zlib_of_any_level_in_base64) {
  samples::generator random(3);
  for (int level = 1; level <= 9; ++level) {
    for (std::size_t around : {0u, 10u, 500u, 20'000u}) {
      const std::string inner = random.letters("ab\n =", around) + k_token +
                                random.letters("xyz\n", around);
      const std::string zipped = samples::base64(samples::gzip(inner, level));
      expect_one("dump " + zipped + "\n", zipped, {base64, gzip});
      const std::string deflated = samples::base64(samples::zlib(inner, level));
      expect_one("dump " + deflated + "\n", deflated, {base64, zlib});
    }
  }
}

TEST(compressed, folded_behind_the_signs_of_a_patch) {
  for (const std::string sign : {"+", "-"}) {
    for (const bool is_gzip : {false, true}) {
      const std::string packed =
          samples::base64(is_gzip ? samples::gzip(k_token, 9)
                                  : samples::zlib(k_token + " and more", 9));
      const std::string text = folded(packed, 40, "\n" + sign);
      expect_one(sign + "a\n" + sign + text + "\n" + sign + "{}\n", text,
                 {base64, is_gzip ? gzip : zlib});
    }
  }
}

// A carriage return of the compressed bytes is no redraw of a line.
TEST(compressed, is_not_read_with_something_missing) {
  samples::generator random(5);
  for (int i = 0; i < 2'000; ++i) {
    const std::string id = samples::uuid(random);
    const std::string packed =
        samples::base64(samples::zlib("NPM_TOKEN=" + id + "\n"));
    const auto found = samples::scan("x: " + packed + "\n");
    ASSERT_EQ(found.size(), 1U) << packed;
    EXPECT_EQ(found[0].token.reveal(), id);
  }
}

TEST(compressed, a_name_in_the_header_of_gzip_changes_nothing) {
  std::string zipped = samples::gzip(k_token);
  zipped[3] = '\x08';
  zipped.insert(10, std::string(".npmrc\0", 7));
  expect_one(samples::base64(zipped), samples::base64(zipped), {base64, gzip});
}

TEST(compressed, either_alphabet_with_and_without_padding) {
  for (int i = 0; i < 30; ++i) {
    const std::string zipped = samples::gzip(std::string(i, '~') + k_token);
    for (const std::string_view alphabet : {"+/", "-_"}) {
      for (const bool padded : {true, false}) {
        const std::string encoded = samples::base64(zipped, alphabet, padded);
        expect_one("x=" + encoded + " ", encoded, {base64, gzip});
      }
    }
  }
}

TEST(compressed, up_to_three_layers_of_base64_around_gzip_at_any_place) {
  for (std::size_t before = 0; before < 4; ++before) {
    std::string text = samples::base64(samples::gzip(k_token));
    encodings expected{base64, gzip};
    for (int layer = 2; layer <= 3; ++layer) {
      text = samples::base64(std::string(before, '.') + text);
      expected.insert(expected.begin(), base64);
      expect_one("a " + text + " b", text, expected);
    }
  }
}

TEST(compressed, up_to_three_layers_of_base64_around_zlib) {
  for (const int level : {1, 6, 9}) {
    std::string text = samples::base64(samples::zlib(k_token, level));
    encodings expected{base64, zlib};
    for (int layer = 2; layer <= 3; ++layer) {
      text = samples::base64(text);
      expected.insert(expected.begin(), base64);
      expect_one("a " + text + " b", text, expected);
    }
  }
}

TEST(compressed, base64_inside_of_gzip) {
  const std::string text = samples::base64(
      samples::gzip("a " + samples::base64(samples::base64(k_token))));
  expect_one("a " + text + " b", text, {base64, gzip, base64, base64});
}

TEST(compressed, legacy_tokens_bring_their_registry_along) {
  const std::string text = samples::base64(
      samples::gzip("//npm.corp.example/a/:_authToken=" + k_id + "\n"));
  expect_one(text, text, {base64, gzip}, k_id);
  EXPECT_EQ(samples::scan(text)[0].registry, "npm.corp.example/a/");
}

TEST(compressed, folded_runs_are_read_over_their_lines) {
  samples::generator random(4);
  const std::string encoded = samples::base64(
      samples::gzip(random.letters(samples::k_base62, 400) + k_token));
  for (const std::string between :
       {"\n", "\r\n", "\n  ", "\n2026-11-24T02:07:00.1234567Z "}) {
    const std::string run = folded(encoded, 76, between);
    const std::string prefix =
        between.substr(between.find('\n') + 1) + (between == "\n" ? "" : "");
    expect_one("$ base64 x.gz\n" + prefix + run + "\ndone\n", run,
               {base64, gzip});
  }
  const std::string keyed = folded(encoded, 76, "\n");
  expect_one("DUMP: " + keyed + "\ndone", keyed, {base64, gzip});
}

TEST(compressed, a_patchs_signs_are_no_letters) {
  samples::generator random(5);
  const std::string encoded = samples::base64(
      samples::gzip(random.letters(samples::k_base62, 300) + k_token));
  const std::string text =
      "@@ -0,0 +1,9 @@\n+" + folded(encoded, 64, "\n+") + "\n";
  const auto found = samples::scan(text, {.patch = true});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].token.reveal(), k_token);
  EXPECT_EQ(found[0].begin, text.find("H4sI"));
}

TEST(compressed, escapes_and_colours_in_front_are_no_part_of_the_run) {
  for (const std::string& zipped : {samples::base64(samples::gzip(k_token)),
                                    samples::base64(samples::zlib(k_token))}) {
    const token_encoding format = zipped.starts_with('H') ? gzip : zlib;
    for (const std::string before :
         {"\\n", "\\t", "\x1b[36m", "\x1b[0;1m", "\x1b[K", "=", "\"", ":"}) {
      expect_one("x" + before + zipped + "\n", zipped, {base64, format});
    }
  }
}

TEST(compressed, what_is_cut_off_yields_what_was_read) {
  samples::generator random(7);
  std::string zipped =
      samples::gzip(k_token + random.letters(samples::k_base62, 200'000));
  zipped.resize(zipped.size() / 2);
  const std::string encoded = samples::base64(zipped);
  expect_one(encoded, encoded, {base64, gzip});
}

TEST(compressed, words_that_look_like_a_header_hold_nothing) {
  for (const std::string text :
       {"H4sI", "eNotificationServiceWithAVeryLongNameThatIsNoBase64AtAllEver",
        "H4sIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha512-eJxH4sIeNoAbCdEfGhIjKlMnOpQrStUvWxYz0123456789H4sI+/eJwAb=="}) {
    EXPECT_TRUE(samples::scan(text).empty()) << text;
  }
}

TEST(compressed, a_bomb_is_cut_and_what_it_began_with_is_found) {
  const std::string bomb = samples::base64(
      samples::gzip(k_token + std::string(std::size_t{64} << 20, 'x')));
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  EXPECT_FALSE(finder.scan(bomb, {}, found));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].token.reveal(), k_token);
}

TEST(compressed, many_bombs_share_one_budget) {
  const std::string bomb =
      samples::base64(samples::gzip(std::string(1 << 20, 'x'))) + "\n";
  std::string text;
  while (text.size() < (1u << 20))
    text += bomb;
  scanner finder = samples::make_scanner();
  std::vector<finding> found;
  EXPECT_FALSE(finder.scan(text, {}, found));
}

}  // namespace
}  // namespace tokensieve
