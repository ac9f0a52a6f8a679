// Events as those programs write them that section 8 of the design takes as
// they are, a row each: which text is handed out, and what is known of its
// place. Samples follow the programs' documentation and records of theirs.

#include "tests/schemas/collected_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace tokensieve {
namespace {

using enum leak_kind;
using testing::Contains;
using text = std::optional<std::string>;

struct shape {
  const char* name;
  std::string_view event;
  const char* pointer;  ///< of the string `T`
  leak_kind kind;
  bool patch = false;
  text repository = {};
  text build = {};
  text job = {};
  text sha = {};
  text path = {};
  text url = {};
  text time = {};
  std::string_view content_type = {};

  friend std::ostream& operator<<(std::ostream& out, const shape& one) {
    return out << one.name;
  }
};

class shapes : public ::testing::TestWithParam<shape> {};

TEST_P(shapes, are_taken_as_they_are) {
  const shape& wanted = GetParam();
  const collected_event read(wanted.event, wanted.content_type);
  EXPECT_EQ(read.reason, std::nullopt);
  EXPECT_EQ(read.checked, std::nullopt);
  EXPECT_THAT(read.texts, Contains(collected_text{.pointer = wanted.pointer,
                                                  .text = "T",
                                                  .patch = wanted.patch}));
  const leak where = read.describe(wanted.pointer);
  EXPECT_EQ(where.kind, wanted.kind);
  EXPECT_EQ(where.field, wanted.pointer);
  EXPECT_EQ(where.index, std::nullopt);
  EXPECT_EQ(where.provider, std::nullopt);
  EXPECT_EQ(where.repository, wanted.repository);
  EXPECT_EQ(where.build, wanted.build);
  EXPECT_EQ(where.job, wanted.job);
  EXPECT_EQ(where.sha, wanted.sha);
  EXPECT_EQ(where.path, wanted.path);
  EXPECT_EQ(where.url, wanted.url);
  EXPECT_EQ(where.time, wanted.time);
}

INSTANTIATE_TEST_SUITE_P(
    commits, shapes,
    ::testing::Values(
        shape{.name = "github_rest",
              .event = R"({"sha":"c0","html_url":"https://g.example/c",)"
                       R"("commit":{"author":{"name":"D","date":"t"},)"
                       R"("message":"m"},"files":[{"filename":"a/b",)"
                       R"("status":"added","patch":"T"}]})",
              .pointer = "/files/0/patch",
              .kind = commit,
              .patch = true,
              .sha = "c0",
              .path = "a/b",
              .url = "https://g.example/c",
              .time = "t"},
        shape{
            .name = "github_push",
            .event = R"({"ref":"refs/heads/main","after":"aa",)"
                     R"("repository":{"full_name":"o/r"},"commits":[)"
                     R"({"id":"1","message":"T","timestamp":"t","url":"u"}]})",
            .pointer = "/commits/0/message",
            .kind = commit,
            .repository = "o/r",
            .sha = "1",
            .url = "u",
            .time = "t"},
        shape{.name = "gitlab_push",
              .event = R"({"object_kind":"push","ref":"r","after":"aa",)"
                       R"("project":{"path_with_namespace":"g/p"},"commits":[)"
                       R"({"id":"1","message":"T","timestamp":"t","url":"u"}],)"
                       R"("repository":{"name":"p"}})",
              .pointer = "/commits/0/message",
              .kind = commit,
              .repository = "g/p",
              .sha = "1",
              .url = "u",
              .time = "t"},
        shape{.name = "gitlab_diffs",
              .event = R"([{"old_path":"a","new_path":"b","diff":"T"}])",
              .pointer = "/0/diff",
              .kind = commit,
              .patch = true,
              .path = "b"},
        shape{.name = "gitlab_deleted_file",
              .event = R"([{"old_path":"a","deleted_file":true,"diff":"T"}])",
              .pointer = "/0/diff",
              .kind = commit,
              .patch = true,
              .path = "a"}));

INSTANTIATE_TEST_SUITE_P(
    shippers, shapes,
    ::testing::Values(
        shape{.name = "fluent_bit",
              .event = R"({"@timestamp":1764000000.5,"log":"T",)"
                       R"("stream":"stdout","kubernetes":{"pod_name":"p"}})",
              .pointer = "/log",
              .kind = build_log,
              .time = "1764000000.5"},
        shape{.name = "vector",
              .event = R"({"file":"/var/log/a","host":"h","message":"T",)"
                       R"("source_type":"file","timestamp":"t"})",
              .pointer = "/message",
              .kind = build_log,
              .time = "t"},
        shape{.name = "filebeat",
              .event = R"({"@timestamp":"t","@metadata":{"beat":"filebeat"},)"
                       R"("message":"T","log":{"file":{"path":"/a"}}})",
              .pointer = "/message",
              .kind = build_log,
              .time = "t"},
        shape{.name = "opentelemetry_collector",
              .event = R"({"resourceLogs":[{"resource":{},"scopeLogs":[)"
                       R"({"scope":{},"logRecords":[)"
                       R"({"body":{"stringValue":"a"}},)"
                       R"({"body":{"stringValue":"T"}}]}]}]})",
              .pointer = "/resourceLogs/0/scopeLogs/0/logRecords/1/body/"
                         "stringValue",
              .kind = build_log},
        shape{.name = "syslog_ng",
              .event = R"({"SOURCE":"s","MESSAGE":"T","HOST":"h"})",
              .pointer = "/MESSAGE",
              .kind = build_log},
        shape{.name = "rsyslog",
              .event = R"({"@timestamp":"t", "host":"h", "message":"T"})"
                       "\n",
              .pointer = "/message",
              .kind = build_log,
              .time = "t"},
        shape{.name = "gelf",
              .event = R"({"version":"1.1","host":"h","short_message":"T",)"
                       R"("timestamp":12.5,"_build":"8","_job":"j"})"
                       "\n",
              .pointer = "/short_message",
              .kind = build_log,
              .build = "8",
              .job = "j",
              .time = "12.5"},
        shape{.name = "kafka_connect",
              .event = R"({"schema":{"type":"string"},"payload":"T"})",
              .pointer = "/payload",
              .kind = build_log},
        shape{.name = "kafka_connect_bare_string",
              .event = R"("T")",
              .pointer = "",
              .kind = build_log},
        shape{.name = "jenkins_lines",
              .event = R"({"data":{"buildNum":4},"message":["a","T"],)"
                       R"("@timestamp":"t","@version":1})",
              .pointer = "/message/1",
              .kind = build_log,
              .time = "t"},
        shape{.name = "jenkins_line",
              .event = R"({"build":40,"job":"web","message":"T"})",
              .pointer = "/message",
              .kind = build_log,
              .build = "40",
              .job = "web"},
        shape{.name = "plain_text",
              .event = "T",
              .pointer = "",
              .kind = build_log}));

INSTANTIATE_TEST_SUITE_P(
    envelopes, shapes,
    ::testing::Values(
        shape{.name = "structured_cloud_event",
              .event = R"({"specversion":"1.0","id":"1","source":"/s",)"
                       R"("type":"x","time":"t",)"
                       R"("data":{"type":"build_log","build":"9","text":"T"}})",
              .pointer = "/data/text",
              .kind = build_log,
              .build = "9",
              .time = "t",
              .content_type = "application/cloudevents+json"},
        shape{.name = "binary_cloud_event",
              .event = R"({"type":"build_log","build":"9","text":"T"})",
              .pointer = "/text",
              .kind = build_log,
              .build = "9",
              .content_type = "application/json"},
        shape{.name = "cloud_event_of_bytes",
              .event = R"({"specversion":"1.0","data_base64":"T"})",
              .pointer = "/data_base64",
              .kind = build_log},
        shape{.name = "cloud_events_in_a_batch",
              .event = R"([{"specversion":"1.0","data":{"message":"a"}},)"
                       R"({"specversion":"1.0","time":"o","data":{"type":)"
                       R"("commit","sha":"s","files":[{"path":"p",)"
                       R"("patch":"T"}]}}])",
              .pointer = "/1/data/files/0/patch",
              .kind = commit,
              .patch = true,
              .sha = "s",
              .path = "p",
              .time = "o"},
        shape{.name = "array_of_events",
              .event = R"([{"type":"commit","sha":"s"},)"
                       R"({"type":"build_log","build":"1","text":["a","T"]}])",
              .pointer = "/1/text/1",
              .kind = build_log,
              .build = "1"},
        shape{.name = "confluent_json",
              .event = std::string_view(
                  "\0\0\0\0\x2a{\"type\":\"build_log\",\"text\":\"T\"}", 36),
              .pointer = "/text",
              .kind = build_log},
        shape{.name = "confluent_json_string",
              .event = std::string_view("\0\0\0\1\2\"T\"", 8),
              .pointer = "",
              .kind = build_log},
        shape{.name = "unknown_json",
              .event = R"({"a":{"b":["T"]}})",
              .pointer = "/a/b/0",
              .kind = other}));

TEST(confluent, broken_json_behind_the_prefix_is_a_dead_letter) {
  const collected_event read(std::string_view("\0\0\0\0\1{\"text\":\"a", 15));
  EXPECT_EQ(read.reason, dead_letter_reason::invalid_json);
  EXPECT_EQ(read.checked, dead_letter_reason::invalid_json);
  EXPECT_THAT(read.at(""), testing::ElementsAre("{\"text\":\"a"));
}

TEST(confluent, avro_and_protobuf_are_bytes_with_their_prefix) {
  for (const std::string_view event :
       {std::string_view("\0\0\0\0\1\x0eNPM=abc", 13),
        std::string_view("\0\0\0\0\1\0\x0a\x03log", 11),
        std::string_view("\0\0\0\0\1", 5),
        std::string_view("\0{\"a\":1}", 8)}) {
    const collected_event read(event);
    EXPECT_EQ(read.reason, std::nullopt);
    EXPECT_TRUE(read.has_raw_bytes());
  }
}

TEST(confluent, lines_behind_the_prefix_are_documents) {
  const collected_event read(
      std::string_view("\0\0\0\0\1{\"a\":\"x\"}\n{\"b\":\"y\"}", 24));
  EXPECT_THAT(read.at("/b"), testing::ElementsAre("y"));
  EXPECT_EQ(read.describe("/b", 1).index, 2U);
}

}  // namespace
}  // namespace tokensieve
