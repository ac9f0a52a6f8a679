// What is known of the place of a string, by the shape of its event. Samples
// are made up after the documentation of the programs that write the shapes.

#include "tests/schemas/collected_event.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {
namespace {

using enum leak_kind;

leak describe(std::string_view event, std::string_view pointer) {
  const collected_event read(event);
  EXPECT_EQ(read.reason, std::nullopt) << event;
  return read.describe(pointer);
}

leak_kind kind_of(std::string_view event, std::string_view pointer = "") {
  return describe(event, pointer).kind;
}

TEST(build_log, says_all_of_the_contract) {
  const leak where = describe(
      R"({"type":"build_log","id":"01J","time":"2026-11-24T02:07:00Z",)"
      R"("provider":"github-actions","organization":"acme",)"
      R"("repository":"acme/web","build":"8812","job":"test 20",)"
      R"("url":"https://ci.example/8812","stream":"s","text":"a"})",
      "/text");
  EXPECT_EQ(where.kind, build_log);
  EXPECT_EQ(where.time, "2026-11-24T02:07:00Z");
  EXPECT_EQ(where.provider, "github-actions");
  EXPECT_EQ(where.organization, "acme");
  EXPECT_EQ(where.repository, "acme/web");
  EXPECT_EQ(where.build, "8812");
  EXPECT_EQ(where.job, "test 20");
  EXPECT_EQ(where.url, "https://ci.example/8812");
  EXPECT_EQ(where.field, "/text");
  EXPECT_EQ(where.sha, std::nullopt);
  EXPECT_EQ(where.path, std::nullopt);
  EXPECT_EQ(where.index, std::nullopt);
}

TEST(build_log, what_the_event_does_not_say_is_absent) {
  const leak where = describe(
      R"({"type":"build_log","text":"a","build":null,"job":{"id":1},"url":[]})",
      "/text");
  EXPECT_EQ(where.provider, std::nullopt);
  EXPECT_EQ(where.repository, std::nullopt);
  EXPECT_EQ(where.build, std::nullopt);
  EXPECT_EQ(where.job, std::nullopt);
  EXPECT_EQ(where.url, std::nullopt);
}

TEST(build_log, numbers_become_strings) {
  EXPECT_EQ(describe(R"({"type":"build_log","text":"a","build":8812})", "/text")
                .build,
            "8812");
}

TEST(build_log, metadata_are_unescaped) {
  EXPECT_EQ(
      describe(R"({"type":"build_log","text":"a","job":"\u0061\/\"\n"})", "")
          .job,
      "a/\"\n");
}

TEST(url, loses_its_user_information_and_nothing_else) {
  const auto url = [](std::string_view written) {
    return describe(R"({"type":"build_log","text":"a","url":")" +
                        std::string(written) + R"("})",
                    "/text")
        .url;
  };
  EXPECT_EQ(url("https://me:secret@ci.example:8080/a?b#c"),
            "https://ci.example:8080/a?b#c");
  EXPECT_EQ(url("https://a@b@ci.example"), "https://ci.example");
  EXPECT_EQ(url("//me@ci.example/"), "//ci.example/");
  EXPECT_EQ(url("https://ci.example/@scope/x"), "https://ci.example/@scope/x");
  EXPECT_EQ(url("https://ci.example?a@b"), "https://ci.example?a@b");
  EXPECT_EQ(url("ci.example/a@b"), "ci.example/a@b");
  EXPECT_EQ(url("//"), "//");
  EXPECT_EQ(url("http://@"), "http://");
}

TEST(commit_event, the_path_is_that_of_the_file_that_holds_the_string) {
  constexpr std::string_view event =
      R"({"type":"commit","sha":"c0ffee","repository":"acme/web",)"
      R"("author":{"name":"D"},"message":"m","url":"https://u@git.example/c",)"
      R"("files":[{"path":"a","patch":"x"},{"path":"b/c","content":"y"}]})";
  const leak second = describe(event, "/files/1/content");
  EXPECT_EQ(second.kind, commit);
  EXPECT_EQ(second.sha, "c0ffee");
  EXPECT_EQ(second.path, "b/c");
  EXPECT_EQ(second.url, "https://git.example/c");
  EXPECT_EQ(describe(event, "/files/0/patch").path, "a");
  EXPECT_EQ(describe(event, "/files/0").path, "a");
  EXPECT_EQ(describe(event, "/message").path, std::nullopt);
  EXPECT_EQ(describe(event, "/files/7/patch").path, std::nullopt);
}

TEST(github, a_rest_commit) {
  const leak where = describe(
      R"({"sha":"c0ffee","commit":{"author":{"date":"2026-11-24T02:07:00Z"},)"
      R"("message":"m"},"url":"https://api.example/c",)"
      R"("html_url":"https://git.example/c",)"
      R"("files":[{"sha":"f11e","filename":"a.sh","patch":"x"}]})",
      "/files/0/patch");
  EXPECT_EQ(where.kind, commit);
  EXPECT_EQ(where.sha, "c0ffee");
  EXPECT_EQ(where.path, "a.sh");
  EXPECT_EQ(where.url, "https://git.example/c");
  EXPECT_EQ(where.time, "2026-11-24T02:07:00Z");
  EXPECT_EQ(where.provider, std::nullopt);
  EXPECT_EQ(
      describe(R"({"sha":"1","commit":{},"url":"https://api.example/c"})", "")
          .url,
      "https://api.example/c");
}

TEST(github, a_push) {
  constexpr std::string_view event =
      R"({"ref":"refs/heads/main","before":"0","after":"2",)"
      R"("repository":{"full_name":"acme/web","url":"https://git.example"},)"
      R"("organization":{"login":"acme"},"pusher":{"name":"D"},"commits":[)"
      R"({"id":"1","message":"m","timestamp":"t1","url":"https://c.example/1"},)"
      R"({"id":"2","message":"n","timestamp":"t2","url":"https://c.example/2"}],)"
      R"("head_commit":{"id":"h","message":"n","timestamp":"t3"}})";
  const leak second = describe(event, "/commits/1/message");
  EXPECT_EQ(second.kind, commit);
  EXPECT_EQ(second.repository, "acme/web");
  EXPECT_EQ(second.organization, "acme");
  EXPECT_EQ(second.sha, "2");
  EXPECT_EQ(second.url, "https://c.example/2");
  EXPECT_EQ(second.time, "t2");
  EXPECT_EQ(describe(event, "/commits/0/message").sha, "1");
  EXPECT_EQ(describe(event, "/head_commit/message").sha, "h");
  EXPECT_EQ(describe(event, "/head_commit/message").time, "t3");
  EXPECT_EQ(describe(event, "/pusher/name").sha, "2");
}

TEST(gitlab, a_push) {
  const leak where = describe(
      R"({"object_kind":"push","ref":"refs/heads/main",)"
      R"("project":{"path_with_namespace":"acme/web"},"commits":[)"
      R"({"id":"1","message":"m","timestamp":"t","url":"https://c.example/1"}]})",
      "/commits/0/message");
  EXPECT_EQ(where.kind, commit);
  EXPECT_EQ(where.repository, "acme/web");
  EXPECT_EQ(where.sha, "1");
  EXPECT_EQ(where.time, "t");
  EXPECT_EQ(where.url, "https://c.example/1");
}

TEST(gitlab, diffs_alone_and_below_a_member) {
  constexpr std::string_view diffs =
      R"([{"old_path":"a","new_path":"b","diff":"x"},)"
      R"({"old_path":"c","new_path":"d","diff":"y"}])";
  const leak where = describe(diffs, "/1/diff");
  EXPECT_EQ(where.kind, commit);
  EXPECT_EQ(where.path, "d");
  EXPECT_EQ(describe(diffs, "/0/diff").path, "b");
  for (const std::string name : {"diffs", "changes"}) {
    const std::string event = R"({"commit":{"id":"c0ffee"},")" + name +
                              "\":" + std::string(diffs) + "}";
    const leak nested = describe(event, "/" + name + "/1/diff");
    EXPECT_EQ(nested.kind, commit);
    EXPECT_EQ(nested.path, "d");
    EXPECT_EQ(nested.sha, "c0ffee");
  }
}

TEST(shippers, their_shapes_are_build_logs) {
  for (const std::string_view event :
       {R"({"@timestamp":1764000000.5,"log":"x","kubernetes":{}})",
        R"({"message":"x","timestamp":"t","host":"h","source_type":"file"})",
        R"({"@timestamp":"t","message":"x","log":{"file":{}},"ecs":{}})",
        R"({"body":"x","attributes":{}})", R"({"body":{"text":"x"}})",
        R"({"MESSAGE":"x","HOST":"h"})",
        R"({"version":"1.1","host":"h","short_message":"x"})",
        R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[]}]}]})",
        R"({"build":40,"job":"test","message":"x"})",
        R"({"@timestamp":"t","event":"x"})", R"({"kubernetes":{"a":"b"}})",
        R"({"@version":1,"message":"x","mdc":{"build":"1"}})"}) {
    EXPECT_EQ(kind_of(event), build_log) << event;
  }
}

TEST(shippers, what_they_say_is_taken) {
  const leak jenkins =
      describe(R"({"build":40,"job":"test","message":"x"})", "/message");
  EXPECT_EQ(jenkins.build, "40");
  EXPECT_EQ(jenkins.job, "test");
  EXPECT_EQ(describe(R"({"@timestamp":1764000000.5,"log":"x"})", "/log").time,
            "1764000000.5");
  EXPECT_EQ(describe(R"({"short_message":"x","_build":"8812"})", "").build,
            "8812");
}

TEST(envelopes, a_structured_cloud_event_is_what_it_holds) {
  const leak where = describe(
      R"({"specversion":"1.0","id":"1","source":"/ci","type":"x",)"
      R"("time":"outer","data":{"type":"build_log","build":"7","text":"a"}})",
      "/data/text");
  EXPECT_EQ(where.kind, build_log);
  EXPECT_EQ(where.field, "/data/text");
  EXPECT_EQ(where.build, "7");
  EXPECT_EQ(where.time, "outer");
  const leak inside = describe(
      R"({"data":{"type":"commit","sha":"1","time":"inner",)"
      R"("files":[{"path":"a","patch":"x"}]},"specversion":"1.0","time":"o"})",
      "/data/files/0/patch");
  EXPECT_EQ(inside.kind, commit);
  EXPECT_EQ(inside.path, "a");
  EXPECT_EQ(inside.time, "inner");
}

TEST(envelopes, a_string_outside_of_the_data_has_no_path) {
  const leak where = describe(
      R"({"specversion":"1.0","files":[{"path":"no"}],)"
      R"("data":{"type":"commit","sha":"1","files":[{"path":"a","patch":"x"}]}})",
      "/files/0/path");
  EXPECT_EQ(where.kind, commit);
  EXPECT_EQ(where.sha, "1");
  EXPECT_EQ(where.path, std::nullopt);
}

TEST(envelopes, data_that_is_text_is_a_build_log) {
  EXPECT_EQ(kind_of(R"({"specversion":"1.0","data":"x"})", "/data"), build_log);
  EXPECT_EQ(kind_of(R"({"specversion":"1.0","data_base64":"eA=="})"),
            build_log);
}

TEST(envelopes, a_kafka_connect_record) {
  EXPECT_EQ(kind_of(R"({"schema":{"type":"string"},"payload":"x"})"),
            build_log);
  const leak where = describe(
      R"({"schema":null,"payload":{"type":"build_log","job":"j","text":"a"}})",
      "/payload/text");
  EXPECT_EQ(where.kind, build_log);
  EXPECT_EQ(where.job, "j");
  EXPECT_EQ(kind_of(R"({"payload":"x"})"), other);
}

TEST(envelopes, a_cloud_event_in_a_kafka_connect_record) {
  const leak where =
      describe(R"({"schema":{},"payload":{"specversion":"1.0",)"
               R"("data":{"type":"commit","sha":"1","files":[{"path":"p"}]}}})",
               "/payload/data/files/0/path");
  EXPECT_EQ(where.kind, commit);
  EXPECT_EQ(where.path, "p");
}

TEST(otlp, attributes_of_the_resource_name_the_build) {
  constexpr std::string_view event =
      R"({"resourceLogs":[{"resource":{"attributes":[)"
      R"({"key":"service.name","value":{"stringValue":"ci"}},)"
      R"({"key":"vcs.provider.name","value":{"stringValue":"github"}},)"
      R"({"key":"vcs.owner.name","value":{"stringValue":"acme"}},)"
      R"({"key":"vcs.repository.name","value":{"stringValue":"web"}},)"
      R"({"key":"cicd.pipeline.run.id","value":{"intValue":"8812"}},)"
      R"({"key":"cicd.pipeline.name","value":{"stringValue":"CI"}},)"
      R"({"key":"cicd.pipeline.task.name","value":{"stringValue":"test"}},)"
      R"({"key":"cicd.pipeline.run.url.full","value":)"
      R"({"stringValue":"https://u:p@ci.example/8812"}}]},"scopeLogs":[)"
      R"({"logRecords":[{"body":{"stringValue":"a"}}]}]},)"
      R"({"resource":{"attributes":[{"key":"vcs.repository.url.full",)"
      R"("value":{"stringValue":"https://u@g.example/acme/api"}},)"
      R"({"key":"cicd.pipeline.name","value":{"stringValue":"Nightly"}}]},)"
      R"("scopeLogs":[{"logRecords":[{"body":{"stringValue":"b"}}]}]},)"
      R"({"scopeLogs":[{"logRecords":[{"body":{"stringValue":"c"}}]}]}]})";
  const collected_event read(event);
  const auto body = [&](int resource) {
    return read.describe("/resourceLogs/" + std::to_string(resource) +
                         "/scopeLogs/0/logRecords/0/body/stringValue");
  };
  EXPECT_EQ(body(0).kind, build_log);
  EXPECT_EQ(body(0).provider, "github");
  EXPECT_EQ(body(0).organization, "acme");
  EXPECT_EQ(body(0).repository, "web");
  EXPECT_EQ(body(0).build, "8812");
  EXPECT_EQ(body(0).job, "test");
  EXPECT_EQ(body(0).url, "https://ci.example/8812");
  EXPECT_EQ(body(1).repository, "https://g.example/acme/api");
  EXPECT_EQ(body(1).job, "Nightly");
  EXPECT_EQ(body(1).build, std::nullopt);
  EXPECT_EQ(body(2).repository, std::nullopt);
}

TEST(arrays_of_events, each_element_speaks_for_itself) {
  constexpr std::string_view event =
      R"([{"type":"build_log","text":"a","job":"one"},7,"bare",)"
      R"({"type":"commit","sha":"1"},)"
      R"({"specversion":"1.0","data":{"message":"x","job":"two"}}])";
  const collected_event read(event);
  EXPECT_EQ(read.describe("/0/text").job, "one");
  EXPECT_EQ(read.describe("/2").kind, build_log);
  EXPECT_EQ(read.describe("/3/sha").kind, commit);
  EXPECT_EQ(read.describe("/3/sha").job, std::nullopt);
  EXPECT_EQ(read.describe("/4/data/message").job, "two");
  EXPECT_EQ(read.describe("/0").job, "one");
  EXPECT_EQ(read.describe("").kind, other);
  EXPECT_EQ(read.describe("/99/text").kind, other);
}

TEST(other_events, text_is_a_build_log_and_the_rest_is_other) {
  EXPECT_EQ(kind_of("plain"), build_log);
  EXPECT_EQ(kind_of("\x0A\xCA\x8E\x01\x12"), build_log);
  EXPECT_EQ(kind_of(R"("bare")"), build_log);
  EXPECT_EQ(kind_of(R"({"a":"b"})"), other);
  EXPECT_EQ(kind_of(R"({"type":"x","text":"b"})"), other);
  EXPECT_EQ(kind_of("[]"), other);
  EXPECT_EQ(
      collected_event(R"({"type":"build_log","text":"cut)").describe("").kind,
      other);
}

TEST(other_events, a_later_member_of_the_same_name_wins) {
  EXPECT_EQ(kind_of(R"({"type":"x","type":"build_log","text":"a"})"),
            build_log);
}

TEST(large_events, thousands_of_places_are_described_in_time) {
  std::string event = R"({"type":"commit","sha":"1","files":[)";
  for (int i = 0; i < 20'000; ++i) {
    event += R"({"path":"p)" + std::to_string(i) + R"(","patch":"x"},)";
  }
  event.back() = ']';
  event += '}';
  const collected_event read(event);
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_EQ(read.describe("/files/" + number + "/patch").path, "p" + number);
  }
}

}  // namespace
}  // namespace tokensieve
