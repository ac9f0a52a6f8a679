// Records that are compressed as a whole, and broken ones of every kind: what
// is found and what becomes a dead letter.

#include "detectors/inflate.h"
#include "pipeline/event_weight.h"
#include "pipeline/inspector.h"
#include "tests/detectors/compressed.h"
#include "tests/detectors/samples.h"
#include "tests/pipeline/packed_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using enum token_encoding;
using testing::ElementsAre;
using reason = std::optional<dead_letter_reason>;

class record_test : public testing::Test {
 protected:
  const inspected_record& inspect(const std::string& value,
                                  bool large = false) {
    batch_ = packed({value});
    batch_.large = large;
    inspector_.inspect(batch_);
    static const inspected_record k_nothing;
    return batch_.inspected.empty() ? k_nothing : batch_.inspected[0];
  }

  samples::generator random_{31};
  const std::string token_ = samples::granular(random_);
  inspector inspector_{signatures::compile(), {}};
  batch batch_;
};

TEST_F(record_test, a_compressed_event_is_read_like_the_event) {
  const std::string event =
      R"({"type":"commit","sha":"s","repository":"o/r","files":[{"path":"p",)"
      R"("patch":"@@ -0,0 +7,2 @@\n+a\n+t=)" +
      token_ + R"("}]})";
  for (const auto& [format, value] : {std::pair{gzip, samples::gzip(event)},
                                      {zlib, samples::zlib(event)},
                                      {zstd, samples::zstd(event)}}) {
    const auto& found = inspect(value);
    EXPECT_EQ(found.reason, std::nullopt);
    ASSERT_EQ(found.tokens.size(), 1U);
    EXPECT_THAT(found.tokens[0].found.encodings, ElementsAre(format));
    const leak& where = found.tokens[0].where;
    EXPECT_EQ(where.kind, leak_kind::commit);
    EXPECT_EQ(where.repository, "o/r");
    EXPECT_EQ(where.path, "p");
    EXPECT_EQ(where.field, "/files/0/patch");
    EXPECT_EQ(where.line, 8U);
    EXPECT_EQ(where.column, 3U);
    EXPECT_EQ(where.side, patch_side::added);
  }
}

TEST_F(record_test, what_stands_encoded_in_it_is_listed_behind) {
  const auto& found =
      inspect(samples::gzip("a\nb " + samples::base64(token_) + "\n"));
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_THAT(found.tokens[0].found.encodings, ElementsAre(gzip, base64));
  EXPECT_EQ(found.tokens[0].where.line, 2U);
  EXPECT_EQ(found.tokens[0].where.column, 3U);
}

TEST_F(record_test, a_compressed_event_is_checked_like_the_event) {
  EXPECT_EQ(inspect(samples::gzip(R"({"type":"build_log"})")).reason,
            dead_letter_reason::not_an_event);
  EXPECT_EQ(inspect(samples::zstd(R"({"text":"cut)")).reason,
            dead_letter_reason::invalid_json);
  EXPECT_EQ(inspect(samples::zlib("text")).reason, std::nullopt);
  EXPECT_EQ(inspect(samples::gzip("")).reason, std::nullopt);
}

TEST_F(record_test, what_is_cut_off_yields_what_was_read) {
  std::string value =
      samples::gzip(token_ + random_.letters(samples::k_base62, 100'000));
  value.resize(value.size() / 2);
  const auto& found = inspect(value);
  EXPECT_EQ(found.reason, std::nullopt);
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_THAT(found.tokens[0].found.encodings, ElementsAre(gzip));
}

TEST_F(record_test, text_that_begins_like_a_header_is_text) {
  for (const std::string before : {"x^2 = ", "x\x01", "(\xb5/\xfd"}) {
    const auto& found = inspect(before + token_);
    EXPECT_EQ(found.reason, std::nullopt);
    ASSERT_EQ(found.tokens.size(), 1U) << before;
    EXPECT_EQ(found.tokens[0].where.column, before.size() + 1);
  }
}

TEST_F(record_test, a_log_of_repeats_is_read_to_its_end) {
  std::string log;
  while (log.size() < 1'000'000)
    log += "npm http fetch GET 200 /package 12ms (cache hit)\n";
  log += token_;
  for (const std::string& value :
       {samples::gzip(log), samples::zlib(log), samples::zstd(log)}) {
    ASSERT_LT(value.size(), log.size() / 100);
    const auto& found = inspect(value);
    EXPECT_EQ(found.reason, std::nullopt);
    EXPECT_EQ(found.tokens.size(), 1U);
  }
}

TEST_F(record_test, a_bomb_is_cut_at_the_bound_of_its_lane) {
  const std::string bomb =
      token_ + " " + std::string(std::size_t{8} << 20, 'x') + token_;
  for (const bool large : {false, true}) {
    for (const std::string& value :
         {samples::gzip(bomb), samples::zlib(bomb), samples::zstd(bomb)}) {
      const auto& found = inspect(value, large);
      EXPECT_EQ(found.reason, dead_letter_reason::decode_limit);
      EXPECT_EQ(found.tokens.size(), 1U);
    }
  }
  // In JSON as well, whose end is missing then.
  EXPECT_EQ(inspect(samples::gzip("{\"text\":\"" + bomb + "\"}")).reason,
            dead_letter_reason::decode_limit);
}

TEST_F(record_test, a_large_one_is_read_whole_in_the_serial_lane) {
  std::string log;
  while (log.size() < (std::size_t{3} << 20))
    log += random_.letters(samples::k_base62, 99) + "\n";
  const std::string value = samples::gzip(log + token_);
  EXPECT_GT(event_weight(value, 64U << 20), k_large_event);
  EXPECT_EQ(inspect(value).reason, dead_letter_reason::decode_limit);
  const auto& found = inspect(value, true);
  EXPECT_EQ(found.reason, std::nullopt);
  EXPECT_EQ(found.tokens.size(), 1U);
}

TEST(event_weight, is_what_a_compressed_event_says_within_bounds) {
  const std::string text(5'000'000, 'x');
  const std::string value = samples::gzip(text);
  EXPECT_EQ(event_weight("plain", 100), 5U);
  EXPECT_EQ(event_weight(value, 64U << 20), k_large_event + 128 * value.size());
  EXPECT_EQ(event_weight(value, 100'000), 100'000U);
  EXPECT_EQ(event_weight(samples::zstd("abc"), 64U << 20),
            16 * samples::zstd("abc").size());
  EXPECT_EQ(event_cost(10), 10U);
  EXPECT_EQ(event_cost(k_large_event + 1), 6 * (k_large_event + 1));
}

TEST(event_weight, has_room_for_one_that_says_nothing_of_its_size) {
  std::string value = samples::zlib("");
  value.resize(k_large_event / 16);
  EXPECT_EQ(event_weight(value, 64U << 20), k_large_event);
  value += '\0';
  EXPECT_EQ(event_weight(value, 64U << 20), 32 * value.size());
}

TEST(event_weight, bounds_what_is_inflated) {
  const std::string small = samples::gzip("abc");
  const std::string bomb = samples::gzip(std::string(5'000'000, 'x'));
  EXPECT_EQ(inflation_limit(small, 64U << 20, false), k_large_event);
  EXPECT_EQ(inflation_limit(small, 64U << 20, true), k_large_event);
  EXPECT_EQ(inflation_limit(bomb, 64U << 20, false), k_large_event);
  EXPECT_EQ(inflation_limit(bomb, 64U << 20, true),
            event_weight(bomb, 64U << 20));
  EXPECT_EQ(inflation_limit(bomb, 1'000, true), 1'000U);
}

TEST_F(record_test, faults_are_dead_letters_and_hide_no_token) {
  using enum dead_letter_reason;
  const std::string t = token_;
  const std::string deep(1'025, '[');
  const struct {
    std::string value;
    reason expected;
  } rows[] = {
      {R"({"type":"build_log","text":")" + t, invalid_json},
      {R"({"text":")" + t + R"("} trailing)", invalid_json},
      {R"({"text":")" + t + "\"}" + std::string(3, '\0'), invalid_json},
      {"{\"text\":\"\0" + std::string(1, '\0') + t + "\"}", invalid_json},
      {"{\"text\":\"\xff " + t + "\"}", invalid_utf8},
      {"{\"a\":" + deep + "\"" + t + "\"" + std::string(1'025, ']') + "}",
       too_deep},
      {R"({"type":"build_log","log":")" + t + "\"}", not_an_event},
      {"\xEF\xBB\xBF{\"text\":\"" + t + "\"}", std::nullopt},
      {R"({"text":"a","text":")" + t + "\"}", std::nullopt},
      {"plain \xff\xfe " + std::string(2, '\0') + t, std::nullopt},
      {std::string("\0\0\0\0\x07{\"text\":\"", 14) + t + "\"}", std::nullopt},
      {std::string("\0\0\0\0\x07\x50", 6) + t, std::nullopt},
  };
  for (const auto& [value, expected] : rows) {
    const auto& found = inspect(value);
    EXPECT_EQ(found.reason, expected) << testing::PrintToString(value);
    EXPECT_EQ(found.tokens.size(), 1U) << testing::PrintToString(value);
  }
}

TEST_F(record_test, a_token_at_the_end_of_a_line_of_64_megabytes) {
  const std::string event = R"({"type":"build_log","text":")" +
                            std::string((std::size_t{64} << 20) - 100, 'x') +
                            token_ + "\"}";
  const auto& found = inspect(event, true);
  EXPECT_EQ(found.reason, std::nullopt);
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_EQ(found.tokens[0].where.column, (std::size_t{64} << 20) - 99);
}

}  // namespace
}  // namespace tokensieve
