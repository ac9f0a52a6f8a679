// Tokens in stacks of encodings, with noise around, against what went in.

#include "tests/detectors/encoders.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

using encoders::wrapping;
using samples::generator;

std::vector<std::string> names_of(const finding& found) {
  std::vector<std::string> names;
  for (const token_encoding encoding : found.encodings)
    names.emplace_back(to_string(encoding));
  return names;
}

// The token is found once in `text`, at `begin`, and the prefilter sees it in
// the text and in JSON.
void expect_found(const std::string& text, const std::string& value,
                  std::size_t begin, const std::vector<std::string>& names) {
  const auto found = samples::scan(text);
  ASSERT_EQ(found.size(), 1u) << ::testing::PrintToString(text);
  EXPECT_EQ(found[0].token.reveal(), value);
  EXPECT_EQ(found[0].begin, begin) << ::testing::PrintToString(text);
  EXPECT_EQ(names_of(found[0]), names) << ::testing::PrintToString(text);
  generator random(1);
  EXPECT_TRUE(samples::may_hold_token(text)) << ::testing::PrintToString(text);
  EXPECT_TRUE(samples::may_hold_token(
      samples::json_escaped(text, random, std::size_t{1} << 30)))
      << ::testing::PrintToString(text);
  EXPECT_TRUE(samples::may_hold_token(samples::json_escaped(text, random, 9)))
      << ::testing::PrintToString(text);
}

class each_encoding : public ::testing::TestWithParam<std::string> {};

TEST_P(each_encoding, alone) {
  generator random(1);
  for (int i = 0; i < 100; ++i) {
    const std::string token = samples::granular(random);
    const wrapping wrapped = encoders::wrap(GetParam(), token, random);
    expect_found("dump: " + wrapped.text + "\n", token, 6, {wrapped.name});
  }
}

TEST_P(each_encoding, at_any_place_among_four_layers) {
  generator random(2);
  for (std::size_t other = 0; other < 4; ++other) {
    for (int i = 0; i < 25; ++i) {
      const std::string token = samples::granular(random);
      std::string text = random.chance(2) ? token : "t=" + token + ";";
      std::vector<std::string> names;
      for (std::size_t layer = 4; layer-- > 0;) {
        const wrapping wrapped = encoders::wrap(
            layer == other ? GetParam() : "base64", text, random);
        text = wrapped.text;
        names.insert(names.begin(), wrapped.name);
      }
      expect_found("dump: " + text + "\n", token, 6, names);
    }
  }
}

TEST_P(each_encoding, of_a_legacy_token_and_its_registry) {
  generator random(3);
  for (std::size_t layers = 1; layers <= 3; ++layers) {
    for (std::size_t other = 0; other < layers; ++other) {
      for (int i = 0; i < 25; ++i) {
        const std::string token = samples::uuid(random);
        std::string text = "//npm.corp.example/:_authToken=" + token + "\n";
        std::vector<std::string> names;
        for (std::size_t layer = layers; layer-- > 0;) {
          const wrapping wrapped = encoders::wrap(
              layer == other ? GetParam() : "base64", text, random);
          text = wrapped.text;
          names.insert(names.begin(), wrapped.name);
        }
        expect_found("dump: " + text + "\n", token, 6, names);
        const auto found = samples::scan(text);
        ASSERT_EQ(found.size(), 1u);
        EXPECT_EQ(found[0].registry, "npm.corp.example/");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(encodings, each_encoding,
                         ::testing::ValuesIn(encoders::names()));

class each_fold : public ::testing::TestWithParam<std::string> {};

// With the token at each distance from the first column, so that each letter
// of the encoded form comes to stand behind the fold.
TEST_P(each_fold, at_any_column_and_place) {
  generator random(4);
  const std::string prefix = GetParam();
  for (const std::size_t column : {60u, 64u, 72u, 76u, 53u, 20u}) {
    for (std::size_t before = 0; before < 3 * column / 4 + 3; ++before) {
      for (const std::string line_end : {"\n", "\r\n"}) {
        const std::string token = samples::granular(random);
        const std::string inner = random.letters(samples::k_lower, before) +
                                  ' ' + token + "\n" +
                                  random.letters(samples::k_lower, column);
        std::size_t begin = 0;
        const std::string text = encoders::fold(
            samples::base64(inner), column, prefix, line_end, random, begin);
        expect_found("Run dump |" + line_end + text + line_end, token,
                     10 + line_end.size() + begin, {"base64"});
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    prefixes, each_fold,
    ::testing::Values("", "    ", "\t", "2026-11-24T02:07:0#.#######Z ",
                      "[2026-11-24 02:07:##] ", "#12 #.### ", "npm_1  | ",
                      "Nov 24 02:07:## host job[12]: ", "+", "> ",
                      "2026-11-24T02:07:##Z +", "  \"", "\x1b[36m"));

TEST(fold, a_name_in_front_of_the_first_line) {
  generator random(5);
  for (int i = 0; i < 300; ++i) {
    const std::string token = samples::granular(random);
    const std::string encoded = samples::base64(
        random.letters(samples::k_lower, random.below(60)) + "=" + token + ";");
    std::string text = "dump: " + encoded.substr(0, 70);
    for (std::size_t at = 70; at < encoded.size(); at += 76)
      text += "\n" + encoded.substr(at, 76);
    expect_found("a\n" + text + "\n", token, 8, {"base64"});
  }
}

TEST(fold, slashes_may_be_escaped) {
  generator random(6);
  for (int i = 0; i < 300; ++i) {
    const std::string token = samples::granular(random);
    std::string text;
    for (const char c :
         samples::base64(random.bytes(random.below(60)) + token)) {
      if (c == '/') text += '\\';
      text += c;
    }
    expect_found("x: " + text + "\n", token, 3, {"base64"});
  }
}

TEST(fold, hex_is_folded_as_xxd_does) {
  generator random(7);
  for (int i = 0; i < 300; ++i) {
    const std::string token = samples::granular(random);
    const wrapping wrapped = encoders::wrap(
        "hex", random.letters(samples::k_lower, random.below(60)) + token,
        random);
    std::size_t begin = 0;
    const std::string text =
        encoders::fold(wrapped.text, 60, "", "\n", random, begin);
    expect_found("$ xxd -p\n" + text + "\n", token, 9, {"hex"});
  }
}

TEST(partly, encoded_tokens_stand_at_their_first_character) {
  generator random(8);
  for (const std::string name :
       {"percent", "escape", "html", "quoted-printable"}) {
    for (int i = 0; i < 300; ++i) {
      const std::string token = samples::granular(random);
      const std::string text =
          encoders::partly(name, token, random, 1 + random.below(12));
      expect_found("q=1&t=" + text + " x\n", token, 6, {name});
    }
  }
}

TEST(partly, not_listed_where_the_token_stands_in_clear) {
  generator random(9);
  const std::string token = samples::granular(random);
  expect_found("a%20" + token + "%0A", token, 4, {});
  expect_found("a&#32;" + token + "&lt;", token, 6, {});
  expect_found("a=20" + token + "=3D", token, 4, {});
  expect_found("a\\u0020" + token + "\\u0022", token, 7, {});
}

TEST(partly, the_registry_may_be_encoded_where_the_token_is_not) {
  const std::string token = "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";
  for (const std::string before :
       {"%2F%2Fnpm.corp.example%2F:_authToken=",
        "&#x2F;&#x2F;npm.corp.example&#x2F;:_authToken=",
        "npmRegistries:\n  &quot;//npm.corp.example&quot;:\n    "
        "npmAuthToken: "}) {
    for (const std::string& value :
         {token, std::string("5afe0000-0040-4000-8000-5eed5eed5eed")}) {
      const auto found = samples::scan(before + value);
      ASSERT_EQ(found.size(), 1u) << before;
      EXPECT_TRUE(found[0].encodings.empty()) << before;
      EXPECT_EQ(found[0].registry, "npm.corp.example/") << before;
      EXPECT_EQ(found[0].begin, before.size()) << before;
    }
  }
}

TEST(partly, what_names_a_token_may_be_encoded_where_it_is_not) {
  const std::string token = "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";
  const auto found =
      samples::scan("%2F%2Fnpm.corp.example%2F%3A_authToken%3D" + token);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0].encodings.empty());
  EXPECT_EQ(found[0].registry, "npm.corp.example/");
}

TEST(partly, base64_whose_padding_and_slashes_are_encoded) {
  generator random(10);
  for (int i = 0; i < 300; ++i) {
    const std::string token = samples::granular(random);
    std::string text;
    for (const char c : samples::base64(random.bytes(12) + token +
                                        "\xff\xfe"
                                        "t=" +
                                        token + '\xff')) {
      text += c == '+'   ? "%2B"
              : c == '/' ? "%2F"
              : c == '=' ? "%3D"
                         : std::string(1, c);
    }
    EXPECT_FALSE(samples::scan("x=" + text + "&").empty()) << text;
  }
}

TEST(partly, a_soft_line_break_anywhere) {
  generator random(11);
  for (std::size_t at = 1; at < 40; ++at) {
    const std::string token = samples::granular(random);
    expect_found("t: " + token.substr(0, at) + "=\r\n" + token.substr(at),
                 token, 3, {"quoted-printable"});
  }
}

TEST(terminal, links_erased_lines_and_redraws_inside) {
  generator random(12);
  for (const std::string code :
       {"\x1b]8;;https://ci.example/\x1b\\", "\x1b]8;;\x07", "\x1b[K",
        "\x1b[2K", "\x1b(B\x1b[m", "\r", "\x1b[1G"}) {
    for (std::size_t at = 1; at < 40; ++at) {
      const std::string token = samples::granular(random);
      expect_found("t: " + token.substr(0, at) + code + token.substr(at), token,
                   3, {"terminal"});
    }
  }
}

TEST(terminal, colours_in_a_token_of_a_log_in_a_string) {
  samples::generator random(43);
  const std::string token = samples::granular(random);
  for (const std::string code :
       {"\\u001b[m", "\\\\u001b[K", "\\x1b[0m", "\\e[m"}) {
    for (const std::size_t at : {4U, 5U, 39U}) {
      const std::string coloured =
          token.substr(0, at) + code + token.substr(at);
      expect_found("{\"a\":\"" + coloured + "\"}", token, 6,
                   {"escape", "terminal"});
    }
  }
}

TEST(terminal, a_prefix_that_the_text_cuts_is_read_to_its_end_only) {
  for (const std::string_view text :
       {"n\x1b", "np\x1b[", "npm\x1b[31m", "n\x1b(", "n\x1b(B", "np\r",
        "npm\\r", "npm\\u001b[31m", "np\\u001b(", "n\x1b]8;;"}) {
    EXPECT_TRUE(samples::scan(text).empty());
    // In a piece of an event, the rest may follow.
    (void)samples::may_hold_token(text);
  }
}

TEST(utf16, big_endian_glued_to_a_byte_at_the_end_of_a_text) {
  samples::generator random(41);
  const std::string token = samples::granular(random);
  std::string big;
  for (const char c : token)
    big += std::string(1, '\0') + c;
  for (const std::string before : {"t=", "g", ""}) {
    const auto found = samples::scan(before + big);
    ASSERT_EQ(found.size(), 1U) << before;
    EXPECT_EQ(found[0].token.reveal(), token);
    EXPECT_EQ(found[0].begin, before.size());
  }
}

TEST(utf16, a_token_at_the_end_tells_the_order_whatever_stands_beside_it) {
  samples::generator random(42);
  const auto in = [](std::string_view text, bool big) {
    std::string out;
    for (const char c : text)
      out += big ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
  };
  for (const bool big : {false, true}) {
    for (const char before : std::string_view(">=([{<|;#-'\", :g7")) {
      for (const char behind : std::string_view("<>)]};#-'\", :g7\n")) {
        const std::string token = samples::granular(random);
        const std::string uuid = samples::uuid(random);
        for (const auto& [text, wanted] : {std::pair(token, token),
                                           {"npm " + token, token},
                                           {"NPM_TOKEN=" + uuid, uuid}}) {
          const auto found = samples::scan(before + in(text, big) + behind);
          ASSERT_EQ(found.size(), 1U) << big << before << text << behind;
          EXPECT_EQ(found[0].token.reveal(), wanted);
          EXPECT_EQ(found[0].encodings.front(),
                    big ? token_encoding::utf_16be : token_encoding::utf_16le);
        }
      }
    }
  }
}

// A letter of either end may be of the run, or beside it.
TEST(utf16, order_beside_other_characters_in_base64) {
  generator random(14);
  const auto in = [](std::u16string_view text, bool big) {
    std::string out;
    for (const char16_t c : text) {
      const auto high = static_cast<char>(c >> 8);
      const auto low = static_cast<char>(c & 0xff);
      out += big ? high : low;
      out += big ? low : high;
    }
    return out;
  };
  for (const bool big : {false, true}) {
    for (const std::u16string_view before :
         {u"", u"$t='", u"\u2713 ok ", u"\u2026 x", u"\u65e5"}) {
      for (const std::u16string_view behind :
           {u"", u"'", u"\n", u" \u2713", u"\u2713 ok", u"\u65e5"}) {
        const std::string token = samples::granular(random);
        const std::string text =
            in(before, big) +
            in(std::u16string(token.begin(), token.end()), big) +
            in(behind, big);
        for (const std::string next : {"", "\nok\n", "\nDone in 3s\n"}) {
          expect_found("t: " + samples::base64(text, "+/", false) + next, token,
                       3, {"base64", big ? "utf-16be" : "utf-16le"});
        }
      }
    }
  }
}

TEST(utf16, runs_of_either_order_behind_a_mark) {
  generator random(13);
  for (const bool big : {false, true}) {
    for (const bool mark : {false, true}) {
      const std::string token = samples::granular(random);
      std::string text;
      for (const char c : "npm ci\r\ntoken " + token + "\r\n") {
        if (c == '\0') continue;
        if (big) text += '\0';
        text += c;
        if (!big) text += '\0';
      }
      const std::string bom = !mark ? "" : big ? "\xfe\xff" : "\xff\xfe";
      expect_found(bom + text, token, bom.size(),
                   {big ? "utf-16be" : "utf-16le"});
    }
  }
}

}  // namespace
}  // namespace tokensieve
