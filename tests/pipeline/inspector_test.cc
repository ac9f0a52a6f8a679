#include "pipeline/inspector.h"

#include "tests/detectors/samples.h"
#include "tests/pipeline/packed_records.h"
#include "tests/schemas/sample_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class inspector_test : public testing::Test {
 protected:
  /// What one record alone gives.
  const inspected_record& inspect(const std::string& value,
                                  bool too_large = false) {
    batch_ = packed({value});
    batch_.records[0].too_large = too_large;
    inspector_.inspect(batch_);
    static const inspected_record k_nothing;
    return batch_.inspected.empty() ? k_nothing : batch_.inspected[0];
  }

  /// The indices of the records, packed one behind the other, in which
  /// anything was found.
  std::vector<std::size_t> found_in(const std::vector<std::string>& values) {
    batch_ = packed(values);
    inspector_.inspect(batch_);
    std::vector<std::size_t> indices;
    for (const inspected_record& one : batch_.inspected)
      indices.push_back(one.index);
    return indices;
  }

  samples::generator random_{21};
  const std::string token_ = samples::granular(random_);
  inspector inspector_{signatures::compile(), {}};
  batch batch_;
};

TEST_F(inspector_test, a_token_may_be_all_of_a_record) {
  EXPECT_THAT(found_in({token_}), ElementsAre(0));
  EXPECT_THAT(found_in({"", token_, "", token_, token_, "x"}),
              ElementsAre(1, 3, 4));
}

TEST_F(inspector_test, a_token_cut_by_a_border_of_records_is_none) {
  for (std::size_t cut = 1; cut < token_.size(); ++cut) {
    EXPECT_THAT(found_in({"x " + token_.substr(0, cut), token_.substr(cut)}),
                IsEmpty())
        << "cut at " << cut;
  }
  const std::string uuid = samples::uuid(random_);
  for (const std::string before :
       {"NPM_TOKEN", "NPM_TOKEN=", "//npm.corp.example/:_authToken="}) {
    EXPECT_THAT(found_in({before, uuid}), IsEmpty()) << before;
  }
}

TEST_F(inspector_test, a_token_in_a_key_hides_none_of_the_next_record) {
  // Keys lie between the values: what is packed, less some of the records.
  for (const std::string& key : {token_, "NPM_TOKEN=" + token_, token_ + "x"}) {
    batch_ = packed({"first " + token_, key, "second " + token_, key, "none"});
    batch_.records.erase(batch_.records.begin() + 3);
    batch_.records.erase(batch_.records.begin() + 1);
    inspector_.inspect(batch_);
    EXPECT_THAT(batch_.inspected,
                ElementsAre(testing::Field(&inspected_record::index, 0),
                            testing::Field(&inspected_record::index, 1)))
        << key;
  }
}

TEST_F(inspector_test, a_cut_token_hides_none_of_the_next_record) {
  EXPECT_THAT(found_in({"npm_", token_}), ElementsAre(1));
  EXPECT_THAT(found_in({token_.substr(0, 39), token_, token_.substr(1)}),
              ElementsAre(1));
}

TEST_F(inspector_test, a_key_is_the_context_of_its_value) {
  const std::string id = samples::uuid(random_);
  const auto& found = inspect(
      "{\"env\":{\"//npm.corp.example\\/:_authToken\" : \"" + id + "\"}}");
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_EQ(found.tokens[0].found.registry, "npm.corp.example/");
  EXPECT_EQ(found.tokens[0].found.confidence, token_confidence::high);
  EXPECT_EQ(found.tokens[0].where.field,
            "/env/~1~1npm.corp.example~1:_authToken");
  EXPECT_EQ(found.tokens[0].where.line, 1U);
  EXPECT_EQ(found.tokens[0].where.column, 1U);
  EXPECT_THAT(found_in({"{\"NPM_TOKEN\":\"" + id + "\"}",
                        "{\"request\":\"" + id + "\"}",
                        "{\"" + id + "\":\"NPM_TOKEN\"}",
                        "{\"NPM_TOKEN\":[\"" + id + "\"]}"}),
              ElementsAre(0));
}

TEST_F(inspector_test, a_value_has_the_name_beside_it_or_of_its_object) {
  const std::string id = "5afe0000-0040-4000-8000-5eed5eed5eed";
  const std::string value = R"("value":")" + id + "\"";
  const std::string name = R"({"name":"NPM_TOKEN")";
  EXPECT_THAT(
      found_in(
          {R"({"env":[)" + name + "," + value + "}]}",
           R"({"env":{"NPM_TOKEN":{)" + value + "}}}",
           // The prefilter sees no value near.
           name + R"(,"a":")" + std::string(1'000, 'x') + R"(",)" + value + "}",
           // Beside another name, in another object, or in another event.
           R"({"env":[{"name":"RUN_ID",)" + value + "}]}",
           R"({"env":[)" + name + "},{" + value + "}]}",
           name + "}\n{" + value + "}"}),
      ElementsAre(0, 1, 2));
}

TEST_F(inspector_test, a_value_in_base64_has_its_key_or_the_name_beside_it) {
  const std::string value =
      "\"" + samples::base64(samples::uuid(random_)) + "\"";
  EXPECT_THAT(
      found_in({R"({"kind":"Secret","data":{"NPM_TOKEN":)" + value + "}}",
                R"({"name":"NPM_TOKEN","value":)" + value + "}",
                R"({"value":)" + value + R"(,"name":"NPM_TOKEN"})",
                R"({"name":"RUN_ID","value":)" + value + "}"}),
      ElementsAre(0, 1, 2));
}

TEST_F(inspector_test, a_value_may_stand_in_front_of_its_name) {
  const std::string id = "5afe0000-0040-4000-8000-5eed5eed5eed";
  const std::string value = R"({"value":")" + id + "\"";
  const std::string name = R"("name":"NPM_TOKEN"})";
  EXPECT_THAT(
      found_in({
          value + "," + name,
          R"({"env":[)" + value + ",\n" +
              R"("secret": true, "key" : "a_npm_token")" + "\n}]}",
          R"({"V\u0061lue":")" + id + R"(","name":"NPM_TOK\u0045N","x":1})",
          // What is no name of npm's, and an object, stand between.
          value + R"(,"type":"token","from":{"name":"x"},)" + name,
          value + R"(,"a":")" + std::string(1'000, 'x') + R"(",)" + name,
          // Of another object, document or event; another member; a key.
          R"({"env":[)" + value + "},{" + name + "]}",
          R"({"of":)" + value + "}," + name,
          R"({"a":)" + value + R"(},"a":{)" + name + "}",
          value + "}\n{" + name,
          R"({"values":")" + id + "\"," + name,
          value + R"(,"NPM_TOKEN":"name"})",
          R"({"value":{")" + id + R"(":1},)" + name,
          value + R"(,"name":"NPM_TOKEN_ID"})",
      }),
      ElementsAre(0, 1, 2, 3, 4));
  // Nor of what is no string.
  EXPECT_THAT(inspect(value + R"(,"x":"NPM_TOKEN)").tokens, IsEmpty());
}

TEST_F(inspector_test, a_value_in_front_of_its_name_keeps_its_place) {
  const std::string id = samples::uuid(random_);
  const auto& found =
      inspect("{}\n{\"env\":[{\"value\":\"" + id +
              "\",\"name\":\"//npm.corp.example/:_authToken\"}]}");
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_EQ(found.tokens[0].found.registry, "npm.corp.example/");
  EXPECT_EQ(found.tokens[0].found.confidence, token_confidence::high);
  EXPECT_EQ(found.tokens[0].where.field, "/env/0/value");
  EXPECT_EQ(found.tokens[0].where.index, 2U);
  EXPECT_EQ(found.tokens[0].where.line, 1U);
  EXPECT_EQ(found.tokens[0].where.column, 1U);
}

TEST_F(inspector_test, counts_are_those_of_the_batch) {
  found_in({"npm ci", "", token_, "", "npm_" + std::string(36, 'a')});
  EXPECT_EQ(batch_.counts.records, 5U);
  EXPECT_EQ(batch_.counts.bytes, 6U + 40U + 40U);
  EXPECT_EQ(batch_.counts.empty, 2U);
  EXPECT_EQ(batch_.counts.failed, 0U);
  EXPECT_EQ(
      batch_.counts.rejected[static_cast<std::size_t>(rejection::placeholder)],
      1U);
  found_in({"npm ci"});
  EXPECT_EQ(
      batch_.counts.rejected[static_cast<std::size_t>(rejection::placeholder)],
      0U);
}

TEST_F(inspector_test, an_empty_record_is_no_dead_letter) {
  EXPECT_THAT(found_in({"", "", ""}), IsEmpty());
}

TEST_F(inspector_test, an_event_is_checked_though_it_holds_no_token) {
  found_in({R"({"type":"build_log"})", R"({"type":"build_log","text":"x"})",
            R"({"type":"build_log",)"});
  ASSERT_EQ(batch_.inspected.size(), 2U);
  EXPECT_EQ(batch_.inspected[0].reason, dead_letter_reason::not_an_event);
  EXPECT_EQ(batch_.inspected[1].index, 2U);
  EXPECT_EQ(batch_.inspected[1].reason, dead_letter_reason::invalid_json);
}

TEST_F(inspector_test, a_too_large_event_is_scanned_as_bytes) {
  const std::string event =
      R"({"type":"build_log","provider":"p","text":"ab\nNPM_TOKEN=)" + token_ +
      "\"}";
  const auto& found = inspect(event, true);
  EXPECT_EQ(found.reason, dead_letter_reason::too_large);
  ASSERT_EQ(found.tokens.size(), 1U);
  const leak& where = found.tokens[0].where;
  EXPECT_EQ(where.field, "");
  EXPECT_EQ(where.provider, std::nullopt);
  EXPECT_EQ(where.line, 1U);
  EXPECT_EQ(where.column, event.find(token_) + 1);
}

TEST_F(inspector_test, a_too_large_event_is_one_though_it_is_broken) {
  EXPECT_EQ(inspect("{\"text\":", true).reason, dead_letter_reason::too_large);
  EXPECT_EQ(inspect("{\"text\":\"" + token_, true).reason,
            dead_letter_reason::too_large);
}

TEST_F(inspector_test, nothing_but_the_value_shows_a_token) {
  const std::string t = token_;
  for (const std::string& event :
       {R"({"type":"build_log","provider":")" + t + R"(","organization":"o )" +
            t + R"(","repository":"r/)" + t + R"(","build":")" + t +
            R"(","job":"j-)" + t + R"(","url":"https://u:)" + t +
            R"(@ci.example/)" + t + R"(","time":")" + t + R"(","text":")" + t +
            R"(","a )" + t + R"(":["//npm.corp.example/)" + t +
            R"(/:_authToken=)" + t + R"("]})",
        R"({"type":"commit","sha":")" + t + R"(","branch":")" + t +
            R"(","message":")" + t + R"(","files":[{"path":"p/)" + t +
            R"(","patch":"@@ -0,0 +1 @@\n+)" + t + R"("}]})",
        R"({"files":[{"filename":")" + t + R"(","patch":"+)" + t + R"("}],)" +
            R"("commit":{"message":")" + t + R"("},"sha":")" + t + R"("})"}) {
    const auto& found = inspect(event);
    EXPECT_EQ(found.reason, std::nullopt);
    EXPECT_GT(found.tokens.size(), 3U) << event;
    for (const leaked_token& one : found.tokens) {
      std::string written = write_request(one, sample_origin());
      const std::size_t value = written.find(t);
      ASSERT_NE(value, written.npos);
      written.erase(value, t.size());
      EXPECT_THAT(written, Not(HasSubstr(t)));
      EXPECT_THAT(write_sighting(one, sample_origin(), 1), Not(HasSubstr(t)));
    }
  }
}

TEST_F(inspector_test, a_token_in_a_key_has_no_line) {
  const auto& found = inspect(R"({"a":{"NPM_TOKEN=)" + token_ + R"(":1}})");
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_EQ(found.tokens[0].where.field, "/a");
  EXPECT_EQ(found.tokens[0].where.line, std::nullopt);
  EXPECT_EQ(found.tokens[0].where.column, std::nullopt);
}

TEST_F(inspector_test, findings_over_the_limit_make_a_dead_letter) {
  std::string text;
  for (std::size_t i = 0; i < scanner::k_max_findings; ++i)
    text += samples::granular(random_) + " ";
  const std::string event = R"({"type":"build_log","text":")" + text;
  EXPECT_EQ(inspect(event + "\"}").reason, std::nullopt);
  EXPECT_EQ(batch_.inspected[0].tokens.size(), scanner::k_max_findings);

  // One more, in the same string and in another.
  EXPECT_EQ(inspect(event + token_ + "\"}").reason,
            dead_letter_reason::decode_limit);
  EXPECT_EQ(batch_.inspected[0].tokens.size(), scanner::k_max_findings);
  EXPECT_EQ(inspect(event + R"(","b":")" + token_ + "\"}").reason,
            dead_letter_reason::decode_limit);
  EXPECT_EQ(batch_.inspected[0].tokens.size(), scanner::k_max_findings);
}

// The field of each would be as long as the event.
TEST_F(inspector_test, places_over_the_limit_make_a_dead_letter) {
  const std::string long_name(100'000, 'x');
  std::string tokens;
  for (int i = 0; i < 1'000; ++i)
    tokens += '"' + samples::granular(random_) + "\",";
  const std::string list = '[' + tokens + "\"\"]}";
  for (const std::string& event :
       {R"({"type":"build_log","text":"",")" + long_name + "\":" + list,
        R"({"type":"build_log","url":")" + long_name + R"(","text":)" + list}) {
    EXPECT_EQ(inspect(event).reason, dead_letter_reason::decode_limit);
    const auto& found = batch_.inspected[0].tokens;
    std::size_t described = 0;
    for (const leaked_token& token : found) {
      for_each_string(token.where, [&](const std::string& text) {
        described += text.size();
      });
    }
    EXPECT_GT(found.size(), 1U);
    EXPECT_LT(described, 5 * event.size());
  }
}

TEST_F(inspector_test, a_deep_place_is_told_whole) {
  std::string event;
  std::string field;
  for (int i = 0; i < 1'000; ++i) {
    event += R"({"member":)";
    field += "/member";
  }
  event += '"' + token_ + '"' + std::string(1'000, '}');
  const auto& found = inspect(event);
  ASSERT_EQ(found.tokens.size(), 1U);
  EXPECT_EQ(found.tokens[0].where.field, field);
}

TEST_F(inspector_test, hazards_belong_to_each_token_of_the_record) {
  const std::string marker =
      "IfYouRevokeThisTokenItWillWipeTheComputerOfTheOwner";
  found_in({R"({"a":")" + token_ + R"(","b":")" + marker + R"(","c":")" +
                token_ + "\"}",
            token_, marker});
  ASSERT_EQ(batch_.inspected.size(), 2U);
  ASSERT_EQ(batch_.inspected[0].tokens.size(), 2U);
  for (const leaked_token& one : batch_.inspected[0].tokens)
    EXPECT_THAT(one.hazards, ElementsAre(token_hazard::wipe_on_revoke));
  EXPECT_THAT(batch_.inspected[1].tokens.at(0).hazards, IsEmpty());
}

TEST_F(inspector_test, a_finding_belongs_to_the_window_in_which_it_ends) {
  const std::string text = "ab\n " + token_ + " ";
  const std::size_t end = text.size() - 1;
  const auto found_between = [&](std::size_t own_begin, std::size_t own_end) {
    batch_ = packed({text});
    record& input = batch_.records[0];
    input.partition = record::k_file;
    input.window = text_window{
        .line = 10, .column = 5, .own_begin = own_begin, .own_end = own_end};
    inspector_.inspect(batch_);
    return !batch_.inspected.empty();
  };
  EXPECT_FALSE(found_between(0, end - 1));
  EXPECT_FALSE(found_between(end, text.size()));
  EXPECT_TRUE(found_between(end - 1, end));
  const leak& where = batch_.inspected[0].tokens.at(0).where;
  EXPECT_EQ(where.line, 11U);
  EXPECT_EQ(where.column, 2U);
  EXPECT_EQ(where.kind, leak_kind::file);
}

/// Records as they come, and as they should not.
std::string any_record(samples::generator& random) {
  const std::string token =
      random.chance(3) ? samples::uuid(random) : samples::granular(random);
  const std::size_t cut = random.below(token.size());
  switch (random.below(14)) {
    case 0:
      return {};
    case 1:
      return token;
    case 2:
      return token.substr(0, cut);
    case 3:
      return token.substr(cut);
    case 4:
      return random.pick({"npm_", "NPM_TOKEN=", "_authToken=",
                          "//a/:_authToken=", "{\"type\":\"build_log\"", "[\"",
                          "{\"", "n", "="});
    case 5:
      return "NPM_TOKEN=" + token;
    case 6:
      return samples::base64("//npm.corp.example/:_authToken=" + token);
    case 7:
      return R"({"type":"build_log","text":"a\nb )" + token + "\"}";
    case 8:
      return R"({"type":"build_log","text":")" +
             samples::json_escaped("NPM_TOKEN=" + token, random, 2) + "\"}";
    case 9:
      return R"({"type":"build_log","text":"NPM_TOKEN=)" + token;
    case 10:
      return R"({"type":"commit","sha":"x","message":")" +
             random.letters(samples::k_lower, random.below(400)) + "\"}";
    case 11:
      return "{\"a\":\"" + token + "\"}\n{\"b\":1}\n{\"NPM_TOKEN\":\"" + token +
             "\"}";
    case 12:
      return random.bytes(random.below(300));
    default:
      return random.letters(samples::k_base62, random.below(100));
  }
}

/// All that was said of each record.
std::vector<std::string> described(const batch& work) {
  std::vector<std::string> all(work.records.size());
  for (const inspected_record& one : work.inspected) {
    std::string& text = all[one.index];
    if (one.reason) text += to_string(*one.reason);
    for (const leaked_token& token : one.tokens)
      text += "\n" + write_request(token, sample_origin());
  }
  return all;
}

TEST(inspector_property, packed_records_give_what_each_gives_alone) {
  inspector together(signatures::compile(),
                     {.min_confidence = token_confidence::low});
  inspector alone(signatures::compile(),
                  {.min_confidence = token_confidence::low});
  std::size_t found = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    samples::generator random(seed);
    std::vector<std::string> values(random.below(40));
    std::ranges::generate(values, [&] { return any_record(random); });
    batch packed_batch = packed(values);
    together.inspect(packed_batch);
    const auto all = described(packed_batch);
    for (std::size_t i = 0; i < values.size(); ++i) {
      batch single = unpacked(values[i]);
      alone.inspect(single);
      ASSERT_EQ(all[i], described(single)[0])
          << "seed " << seed << ", record " << i << ": "
          << testing::PrintToString(values[i]);
    }
    found += packed_batch.inspected.size();
  }
  EXPECT_GT(found, 1000U);
}

}  // namespace
}  // namespace tokensieve
