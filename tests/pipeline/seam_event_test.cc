// Strings of one event that are lines of one log are joined as chunks are.

#include "tests/pipeline/seam_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// How lines are put into one event, and where a line then stands.
struct event_form {
  const char* name;
  std::string (*make)(const std::vector<std::string>& lines);
  std::string (*field)(std::size_t line);
  bool ndjson = false;
};

void PrintTo(const event_form& form, std::ostream* out) {
  *out << form.name;
}

std::string joined(const std::vector<std::string>& lines,
                   const std::string& before, const std::string& behind,
                   const std::string& separator) {
  std::string made;
  for (const std::string& line : lines) {
    if (!made.empty()) made += separator;
    made += before + json(line) + behind;
  }
  return made;
}

const event_form k_forms[] = {
    {"array_of_lines",
     [](const auto& lines) {
       return R"({"type":"build_log","job":"j","text":[)" +
              joined(lines, "\"", "\"", " ,\n ") + "]}";
     },
     [](std::size_t line) { return "/text/" + std::to_string(line); }},
    {"array_of_lines_in_a_cloud_event",
     [](const auto& lines) {
       return R"({"specversion":"1.0","data":{"type":"build_log","stream":"s",)"
              R"("text":[)" +
              joined(lines, "\"", "\"", ",") + "]}}";
     },
     [](std::size_t line) { return "/data/text/" + std::to_string(line); }},
    {"log_records",
     [](const auto& lines) {
       return R"({"resourceLogs":[{"resource":{}},{"resource":{"attributes":)"
              R"([{"key":"k8s.pod.name","value":{"stringValue":"p"}}]},)"
              R"("scopeLogs":[{"scope":{},"logRecords":[)" +
              joined(lines, R"({"timeUnixNano":"1","body":{"stringValue":")",
                     R"("},"attributes":[],"traceId":""})", ",") +
              "]}]}]}";
     },
     [](std::size_t line) {
       return "/resourceLogs/1/scopeLogs/0/logRecords/" + std::to_string(line) +
              "/body/stringValue";
     }},
    {"array_of_shipped_events",
     [](const auto& lines) {
       return "[" +
              joined(lines, R"({"@timestamp":1,"log":")",
                     R"(","kubernetes":{"pod_name":"p"}})", ",") +
              "]";
     },
     [](std::size_t line) { return "/" + std::to_string(line) + "/log"; }},
    {"array_of_build_logs",
     [](const auto& lines) {
       return "[" +
              joined(lines, R"({"type":"build_log","stream":"s","text":")",
                     R"("})", ",") +
              "]";
     },
     [](std::size_t line) { return "/" + std::to_string(line) + "/text"; }},
    {"shipped_event_of_many_lines",
     [](const auto& lines) {
       return R"({"@timestamp":1,"data":{"buildNum":7},"message":[)" +
              joined(lines, "\"", "\"", ",") + R"(],"source":"jenkins"})";
     },
     [](std::size_t line) { return "/message/" + std::to_string(line); }},
    {"array_of_strings",
     [](const auto& lines) {
       return "[" + joined(lines, "\"", "\"", ",") + "]";
     },
     [](std::size_t line) { return "/" + std::to_string(line); }},
    {"lines_of_json",
     [](const auto& lines) {
       return joined(lines, R"({"message":")", R"(","host":"h"})", "\n");
     },
     [](std::size_t) { return std::string("/message"); }, true},
};

class each_event_form : public seam_table_test,
                        public testing::WithParamInterface<event_form> {
 protected:
  /// The one request names the token, its line and its column there.
  void expect_at(const std::string& token, std::size_t line,
                 std::uint64_t column, const std::string& what) {
    ASSERT_THAT(requests_, SizeIs(1)) << what;
    EXPECT_EQ(sightings_, 0U) << what;
    EXPECT_EQ(requests_[0].token, token) << what;
    EXPECT_EQ(leaks_[0].field, GetParam().field(line)) << what;
    EXPECT_EQ(leaks_[0].line, 1U) << what;
    EXPECT_EQ(leaks_[0].column, column) << what;
    EXPECT_EQ(leaks_[0].kind, leak_kind::build_log) << what;
    EXPECT_EQ(leaks_[0].index, GetParam().ndjson
                                   ? std::optional<std::uint64_t>(line + 1)
                                   : std::nullopt)
        << what;
  }
  void begin() {
    start();
    leaks_.clear();
  }
};

TEST_P(each_event_form, a_token_cut_by_two_lines_is_found_where_it_begins) {
  for (std::size_t cut = 1; cut < token_.size(); ++cut) {
    begin();
    arrive(GetParam().make({"first", "at the end " + token_.substr(0, cut),
                            token_.substr(cut) + " \"and\" more", "last"}));
    expect_at(token_, 1, 12, "cut at " + std::to_string(cut));
  }
}

TEST_P(each_event_form, a_token_wrapped_into_three_lines_is_found) {
  for (std::size_t cut = 1; cut + 11 < token_.size(); cut += 3) {
    begin();
    arrive(GetParam().make({"x", token_.substr(0, cut), token_.substr(cut, 10),
                            token_.substr(cut + 10)}));
    expect_at(token_, 1, 1, "cut at " + std::to_string(cut));
  }
}

TEST_P(each_event_form, base64_folded_one_line_an_element_is_found) {
  const std::string all =
      samples::base64("//npm.corp.example/:_authToken=" + token_ + "\n" +
                      "registry=https://npm.corp.example/\n");
  for (std::size_t column = 8; column <= 76; ++column) {
    std::vector<std::string> lines{"$ base64 .npmrc"};
    for (std::size_t at = 0; at < all.size(); at += column)
      lines.push_back(all.substr(at, column));
    lines.emplace_back("$ exit");
    begin();
    arrive(GetParam().make(lines));
    expect_at(token_, 1, 1, "folded at " + std::to_string(column));
    EXPECT_EQ(requests_[0].registry, "npm.corp.example/");
  }
}

TEST_P(each_event_form, what_one_line_holds_is_found_once) {
  begin();
  arrive(GetParam().make({"a", "T=" + token_, "b"}));
  expect_at(token_, 1, 3, "whole");
}

TEST_P(each_event_form, base64_of_one_line_does_not_begin_in_the_line_before) {
  const std::string inside = "{\"NPM_TOKEN\":\"" + token_ + "\"}";
  for (const std::string word : {"x npm", "x done", "x Run", "x cache", "x"}) {
    begin();
    arrive(GetParam().make({"a", word, samples::base64(inside), "done"}));
    expect_at(token_, 2, 1, word);
  }
}

TEST_P(each_event_form, a_legacy_token_is_not_made_of_two_lines) {
  begin();
  arrive(GetParam().make({"a", "NPM_TOKEN=", uuid_}));
  arrive(GetParam().make(
      {"a", "NPM_TOKEN=" + uuid_.substr(0, 9), uuid_.substr(9)}));
  EXPECT_THAT(requests_, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(seams, each_event_form, testing::ValuesIn(k_forms),
                         [](const auto& form) { return form.param.name; });

class seam_event_test : public seam_table_test {};

TEST_F(seam_event_test, a_log_goes_on_from_one_array_of_lines_to_the_next) {
  const auto lines = [](const std::string& first, const std::string& second) {
    return R"({"type":"build_log","stream":"s","text":[")" + first + R"(",")" +
           second + R"("]})";
  };
  start();
  arrive({{.value = lines("a", "T " + token_.substr(0, 12))},
          {.value = lines(token_.substr(12, 5), token_.substr(17))}});
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 3}));
  EXPECT_EQ(leaks_[0].field, "/text/1");
  start();
  arrive(lines("a", "T " + token_.substr(0, 12)));
  arrive(lines(token_.substr(12), "b"));
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 3}));
}

TEST_F(seam_event_test, numbered_arrays_of_lines_come_in_any_order) {
  const auto lines = [](std::uint64_t number, const std::string& first,
                        const std::string& second) {
    return R"({"type":"build_log","stream":"s","sequence":)" +
           std::to_string(number) + R"(,"text":[")" + first + R"(",")" +
           second + R"("]})";
  };
  std::vector<std::string> parts{
      lines(7, "a", "T " + token_.substr(0, 12)),
      lines(8, token_.substr(12, 5), token_.substr(17, 9)),
      lines(9, token_.substr(26), "b")};
  std::vector<std::size_t> order{0, 1, 2};
  do {
    start();
    for (const std::size_t i : order) {
      arrive(parts[i]);
      arrive(parts[i]);
    }
    EXPECT_THAT(requests_, SizeIs(1)) << testing::PrintToString(order);
    EXPECT_EQ(sightings_, 0U);
  } while (std::ranges::next_permutation(order).found);
}

TEST_F(seam_event_test, events_of_two_logs_in_one_array_are_told_apart) {
  const auto one = [](const char* stream, const std::string& text) {
    return event(stream, text);
  };
  start();
  arrive("[" + one("a", token_.substr(0, 9)) + "," +
         one("b", token_.substr(9)) + "]");
  EXPECT_THAT(requests_, IsEmpty());
  const std::string other = samples::granular(random_);
  arrive("[" + one("c", other.substr(0, 9)) + "," + one("d", "x") + "," +
         one("c", other.substr(9)) + "]");
  EXPECT_THAT(requests_, ElementsAre(seen{other, "", 1, 1, 1}));
  EXPECT_EQ(leaks_.back().field, "/0/text");
}

TEST_F(seam_event_test, the_lines_of_a_record_without_a_log_end_with_it) {
  start();
  arrive({{.value = R"(["a",")" + token_.substr(0, 9) + R"("])"},
          {.value = R"([")" + token_.substr(9) + R"(","b"])"}});
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_EQ(seams_->bytes(), 0U);
}

TEST_F(seam_event_test, strings_of_a_commit_are_not_joined) {
  start();
  arrive(R"({"type":"commit","sha":"0","text":[")" + token_.substr(0, 9) +
         R"(",")" + token_.substr(9) + R"("]})");
  EXPECT_THAT(requests_, IsEmpty());
}

}  // namespace
}  // namespace tokensieve
