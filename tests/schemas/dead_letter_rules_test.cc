// The dead-letter table: what claims to be JSON, and what is wrong with it.

#include "schemas/dead_letter.h"
#include "tests/schemas/collected_event.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {
namespace {

using enum dead_letter_reason;

/// The reason; `check` and `read` must agree on it.
std::optional<dead_letter_reason> reason_of(std::string_view event,
                                            std::string_view type = {}) {
  const collected_event read(event, type);
  EXPECT_EQ(read.checked, read.reason) << event.substr(0, 200);
  return read.reason;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

/// Text is never a dead letter, and is handed out as it stands.
void expect_text(std::string_view event) {
  const collected_event read(event);
  EXPECT_EQ(read.reason, std::nullopt) << event;
  EXPECT_EQ(read.checked, std::nullopt) << event;
  ASSERT_EQ(read.texts.size(), 1U) << event;
  EXPECT_EQ(read.texts[0],
            (collected_text{.pointer = "", .text = std::string(event)}));
}

TEST(claims_json, broken_events_that_begin_like_json_are_dead_letters) {
  for (const std::string_view event :
       {R"({"a":)", R"({} x)", R"([{"a":1})", R"(["a")", R"([[1])",
        "\xEF\xBB\xBF{\"a\"", " \t\r\n{\"a\"", "\xEF\xBB\xBF \n[[ "}) {
    EXPECT_EQ(reason_of(event), invalid_json) << event;
  }
}

TEST(claims_json, other_beginnings_are_text) {
  for (const std::string_view event : {"plain",
                                       "{ \"a\"",
                                       "{'a':1}",
                                       "[INFO] x",
                                       "[ {\"a\":",
                                       "[1, 2",
                                       "[2026-11-24 02:07:00] x",
                                       "\"quoted\" and more",
                                       "\"open",
                                       "[",
                                       "{",
                                       "{\n \"a\": 1\n",
                                       "[ERROR",
                                       "%{\"a\"",
                                       "null",
                                       "12",
                                       "\xFF\xFE{",
                                       "{a}",
                                       "[-",
                                       "[true false]"}) {
    expect_text(event);
  }
}

TEST(claims_json, the_content_type_claims_too) {
  for (const std::string_view type :
       {"application/json", "application/json; charset=utf-8",
        "Application/JSON", "application/cloudevents+json",
        "application/x-ndjson"}) {
    EXPECT_EQ(reason_of("plain", type), invalid_json) << type;
    EXPECT_EQ(reason_of("  ", type), invalid_json) << type;
    EXPECT_EQ(reason_of("{ \"a\"", type), invalid_json) << type;
    EXPECT_EQ(reason_of("\"a\"", type), std::nullopt) << type;
    EXPECT_EQ(reason_of("-1.5e3", type), std::nullopt) << type;
    EXPECT_EQ(reason_of("true", type), std::nullopt) << type;
  }
  EXPECT_EQ(reason_of("plain", "text/plain; x=json"), std::nullopt);
  EXPECT_EQ(reason_of("plain", "application/octet-stream"), std::nullopt);
}

TEST(claims_json, an_empty_event_is_none_of_the_readers_business) {
  for (const std::string_view type : {"", "application/json"}) {
    const collected_event read("", type);
    EXPECT_EQ(read.reason, std::nullopt);
    EXPECT_TRUE(read.texts.empty());
  }
}

TEST(invalid_json, the_top_level_is_walked_to_its_end) {
  for (const std::string_view event :
       {R"({"a":1,})",       R"({"a":1 "b":2})", R"({"a" 1})",
        R"({"a":})",         R"({"a":,"b":1})",  R"({"a":1}})",
        R"({"a":1]})",       R"({"a":1)",        R"({"a":1}x)",
        R"({"a":1}{"b":2})", R"({"a":"b)",       R"({"a":1,,"b":2})",
        R"({"a":1:2})",      R"({"a":[1})",      R"(["a",])",
        R"(["a" "b"])",      R"(["a"})",         R"(["a"],)",
        R"([["a"],,1])",     R"({"a":"b"c})",    R"({"":1,2})"}) {
    EXPECT_EQ(reason_of(event), invalid_json) << event;
  }
}

TEST(invalid_json, a_control_character_in_a_string_breaks_the_index) {
  EXPECT_EQ(reason_of("{\"a\":\"b\nc\"}"), invalid_json);
  EXPECT_EQ(reason_of(std::string_view("{\"a\":\"\0\"}", 9)), invalid_json);
  EXPECT_EQ(reason_of(std::string_view("{\"a\":1}\0", 8)), invalid_json);
}

TEST(invalid_json, faults_inside_of_values_are_not_looked_for) {
  for (const std::string_view event :
       {R"({"a":[1,,2]})", R"({"a":{"b" 1}})", R"({"a":nul})", R"({"a":"\q"})",
        R"({"a":"\ud800"})", R"({"a":01})", R"([{"a":}])",
        R"([{"a" 1},{"b":2}])", R"({"a":[1},"b":1})"}) {
    EXPECT_EQ(reason_of(event), std::nullopt) << event;
  }
}

TEST(invalid_utf8, bytes_that_are_no_utf8_anywhere_in_json) {
  EXPECT_EQ(reason_of("{\"a\":\"\xE9\"}"), invalid_utf8);
  EXPECT_EQ(reason_of("{\"\xFF\":1}"), invalid_utf8);
  EXPECT_EQ(reason_of("{\"a\":\"\xED\xA0\x80\"}"), invalid_utf8);
  EXPECT_EQ(reason_of("{\"a\":[{\"b\":\"\xC0\x80\"}]}"), invalid_utf8);
  EXPECT_EQ(reason_of("{\"a\":\"\xC3\xA9\"}"), std::nullopt);
}

TEST(invalid_utf8, comes_before_what_else_is_wrong) {
  EXPECT_EQ(reason_of("{\"a\":\"\xE9"), invalid_utf8);
  EXPECT_EQ(reason_of("{\"a\":\"\n\xE9\"}"), invalid_utf8);
}

TEST(invalid_utf8, of_text_is_no_fault) {
  expect_text("caf\xE9");
}

TEST(too_deep, the_limit_itself_is_allowed) {
  EXPECT_EQ(reason_of(nested(1024)), std::nullopt);
  EXPECT_EQ(reason_of(nested(1025)), too_deep);
  EXPECT_EQ(reason_of("{\"a\":" + nested(1023) + "}"), std::nullopt);
  EXPECT_EQ(reason_of("{\"a\":" + nested(1024) + "}"), too_deep);
  EXPECT_EQ(reason_of("[{\"a\":" + nested(1022) + "}]"), std::nullopt);
  EXPECT_EQ(reason_of("[{\"a\":" + nested(1023) + "}]"), too_deep);
  EXPECT_EQ(
      reason_of(R"({"specversion":"1.0","data":{"a":)" + nested(1022) + "}}"),
      std::nullopt);
  EXPECT_EQ(
      reason_of(R"({"specversion":"1.0","data":{"a":)" + nested(1023) + "}}"),
      too_deep);
}

TEST(too_deep, brackets_in_strings_do_not_count) {
  EXPECT_EQ(reason_of("{\"a\":\"" + std::string(5000, '[') + "\"}"),
            std::nullopt);
}

TEST(too_deep, comes_before_a_broken_top_level) {
  EXPECT_EQ(reason_of(std::string(100'000, '[')), too_deep);
  EXPECT_EQ(reason_of("{\"a\":" + std::string(2000, '{')), too_deep);
  EXPECT_EQ(reason_of("[[]] " + nested(1025)), too_deep);
  EXPECT_EQ(reason_of(std::string(1024, '[')), invalid_json);
}

TEST(too_deep, does_not_make_text_a_dead_letter) {
  expect_text("[ " + nested(2000) + "]");
}

TEST(not_an_event, a_build_log_needs_text) {
  for (const std::string_view event :
       {R"({"type":"build_log"})", R"({"type":"build_log","text":null})",
        R"({"type":"build_log","text":1})", R"({"type":"build_log","text":{}})",
        R"({"type":"build_log","text":["a",1]})",
        R"({"type":"build_log","text":["a",["b"]]})",
        R"({"text":true,"type":"build_log"})",
        R"({"type":"build_log","nested":{"text":"a"}})"}) {
    EXPECT_EQ(reason_of(event), not_an_event) << event;
  }
  for (const std::string_view event :
       {R"({"type":"build_log","text":""})",
        R"({"text":"a","type":"build_log"})",
        R"({"type":"build_log","text":[]})",
        R"({"type":"build_log","text":["a","b"]})",
        R"({ "type" : "build_log" , "text" : [ "a" , "b" ] })"}) {
    EXPECT_EQ(reason_of(event), std::nullopt) << event;
  }
}

TEST(not_an_event, a_commit_needs_its_sha) {
  EXPECT_EQ(reason_of(R"({"type":"commit","message":"a"})"), not_an_event);
  EXPECT_EQ(reason_of(R"({"type":"commit","sha":7})"), not_an_event);
  EXPECT_EQ(reason_of(R"({"type":"commit","sha":"7"})"), std::nullopt);
}

TEST(not_an_event, no_other_type_requires_anything) {
  for (const std::string_view event :
       {R"({"type":"deployment"})", R"({"type":7})", R"({"type":null})",
        R"({"type":["build_log"]})", R"({"kind":"build_log"})", R"({})"}) {
    EXPECT_EQ(reason_of(event), std::nullopt) << event;
  }
}

TEST(not_an_event, is_seen_in_arrays_and_envelopes) {
  EXPECT_EQ(reason_of(R"([{"type":"build_log","text":"a"},)"
                      R"({"type":"build_log"}])"),
            not_an_event);
  EXPECT_EQ(reason_of(R"({"data":{"type":"commit"},"specversion":"1.0"})"),
            not_an_event);
  EXPECT_EQ(reason_of(R"({"schema":{},"payload":{"type":"commit"}})"),
            not_an_event);
  EXPECT_EQ(reason_of(R"({"data":{"type":"commit"}})"), std::nullopt);
}

TEST(not_an_event, hands_out_the_strings_all_the_same) {
  const collected_event read(R"({"type":"build_log","log":"a"})");
  EXPECT_EQ(read.reason, not_an_event);
  EXPECT_EQ(read.at("/log"), std::vector<std::string>{"a"});
  EXPECT_FALSE(read.has_raw_bytes());
}

TEST(dead_letters, hand_out_the_raw_bytes) {
  for (const std::string& event :
       {std::string(R"({"type":"build_log","text":"abc\)"),
        std::string("{\"a\":\"\xE9\"}"), nested(1025)}) {
    const collected_event read(event);
    ASSERT_EQ(read.texts.size(), 1U);
    EXPECT_TRUE(read.has_raw_bytes());
  }
}

TEST(dead_letter_headers, name_the_record_the_reason_and_the_version) {
  const kafka_origin origin{"ci.build-logs", 3, 81234, {}};
  const std::vector<message_header> expected{
      {"dlq-reason", "invalid_json"},
      {"dlq-stage", "inspect"},
      {"dlq-topic", "ci.build-logs"},
      {"dlq-partition", "3"},
      {"dlq-offset", "81234"},
      {"dlq-version", TOKENSIEVE_VERSION},
      {"__connect.errors.topic", "ci.build-logs"},
      {"__connect.errors.partition", "3"},
      {"__connect.errors.offset", "81234"},
      {"__connect.errors.stage", "VALUE_CONVERTER"},
      {"__connect.errors.exception.class.name", "tokensieve.invalid_json"},
      {"__connect.errors.exception.message",
       "The event claims to be JSON and cannot be read to its end"}};
  EXPECT_EQ(dead_letter_headers(invalid_json, origin, {}), expected);
}

TEST(dead_letter_headers, say_how_large_a_value_was_that_was_left_out) {
  const auto headers = dead_letter_headers(produce_rejected, {}, 70'000'000);
  EXPECT_EQ(headers[6], (message_header{"dlq-truncated", "70000000"}));
  EXPECT_EQ(headers[1], (message_header{"dlq-stage", "sink"}));
}

TEST(dead_letter_headers, use_the_names_of_the_table) {
  EXPECT_EQ(to_string(invalid_json), "invalid_json");
  EXPECT_EQ(to_string(invalid_utf8), "invalid_utf8");
  EXPECT_EQ(to_string(too_deep), "too_deep");
  EXPECT_EQ(to_string(too_large), "too_large");
  EXPECT_EQ(to_string(not_an_event), "not_an_event");
  EXPECT_EQ(to_string(decode_limit), "decode_limit");
  EXPECT_EQ(to_string(produce_rejected), "produce_rejected");
}

}  // namespace
}  // namespace tokensieve
