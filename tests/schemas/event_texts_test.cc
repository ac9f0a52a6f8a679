// Which strings of an event are handed out, and with which pointers.

#include "tests/schemas/collected_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using enum dead_letter_reason;
using testing::ElementsAre;

collected_text value(std::string pointer, std::string text,
                     std::uint32_t document = 0) {
  return {.pointer = std::move(pointer),
          .text = std::move(text),
          .document = document};
}

collected_text key(std::string pointer, std::string text,
                   std::uint32_t document = 0) {
  return {.pointer = std::move(pointer),
          .text = std::move(text),
          .document = document,
          .key = true};
}

TEST(texts, every_string_and_key_comes_in_order) {
  const collected_event read(
      R"({"type":"build_log","n":1,"text":["a","b"],"env":{"K":"v","x":null}})");
  EXPECT_THAT(
      read.texts,
      ElementsAre(key("", "type"), value("/type", "build_log"), key("", "n"),
                  key("", "text"), value("/text/0", "a"), value("/text/1", "b"),
                  key("", "env"), key("/env", "K"), value("/env/K", "v"),
                  key("/env", "x")));
}

TEST(texts, numbers_and_literals_are_no_strings) {
  const collected_event read(R"([[-1.5e+3,true,false,null,0]])");
  EXPECT_THAT(read.texts, ElementsAre());
}

TEST(texts, pointers_escape_tilde_and_slash) {
  const collected_event read(R"({"a/b":{"~":{"":"x"}},"c~1":["y"]})");
  EXPECT_THAT(read.at("/a~1b/~0/"), ElementsAre("x"));
  EXPECT_THAT(read.at("/c~01/0"), ElementsAre("y"));
}

TEST(texts, escapes_are_undone_in_values_and_keys) {
  const collected_event read(
      R"({"\u006b\/":"\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00\u0000z"})");
  EXPECT_THAT(read.texts,
              ElementsAre(key("", "k/"),
                          value("/k~1", std::string("\"\\/\b\f\n\r\t\u00e9"
                                                    "\u20ac\U0001F600\0z",
                                                    19))));
}

TEST(texts, half_a_surrogate_pair_loses_nothing) {
  const collected_event read(
      R"({"a":"x\ud800y","b":"\udc00z","c":"\ud800\ud83d\ude00","d":"\ud800\u0041"})");
  EXPECT_EQ(read.reason, std::nullopt);
  EXPECT_THAT(read.at("/a"), ElementsAre("x\uFFFDy"));
  EXPECT_THAT(read.at("/b"), ElementsAre("\uFFFDz"));
  EXPECT_THAT(read.at("/c"), ElementsAre("\uFFFD\U0001F600"));
  EXPECT_THAT(read.at("/d"), ElementsAre("\uFFFD"
                                         "A"));
  EXPECT_FALSE(read.has_raw_bytes());
}

TEST(texts, duplicate_keys_are_all_handed_out) {
  const collected_event read(R"({"a":"1","a":"2"})");
  EXPECT_THAT(read.at("/a"), ElementsAre("1", "2"));
}

TEST(texts, a_fault_below_the_top_level_hides_no_string) {
  for (const std::string_view event :
       {R"({"x":[1,,2],"text":"later"})", R"({"x":{"y"},"text":"later"})",
        R"({"x":[1},"text":"later"})", R"({"x":nul,"text":"later"})",
        R"({"x":"\q","text":"later"})", R"({"x":{"y":1,},"text":"later"})",
        R"({"x":["a" "b"],"text":"later"})", R"({"x":[1:2],"text":"later"})"}) {
    const collected_event read(event);
    EXPECT_EQ(read.reason, std::nullopt) << event;
    EXPECT_THAT(read.at("/text"), ElementsAre("later")) << event;
    EXPECT_TRUE(read.has_raw_bytes()) << event;
  }
}

TEST(texts, a_sound_document_is_not_handed_out_twice) {
  for (const std::string_view event :
       {R"({"a":["b",{"c":[]}],"d":{}})", R"([])", R"({})", R"([["x"]])",
        R"("x")", "\n{\r\n \"a\" : [ 1 , \"b\" ] }\n"}) {
    EXPECT_FALSE(collected_event(event).has_raw_bytes()) << event;
  }
}

TEST(texts, unknown_escapes_stay_as_they_are) {
  const collected_event read(R"({"a":"\q\u12G4\x41\\"})");
  EXPECT_THAT(read.at("/a"), ElementsAre(R"(\q\u12G4\x41\)"));
}

TEST(texts, a_bare_string_has_the_empty_pointer) {
  EXPECT_THAT(collected_event(R"("a\nb")").texts,
              ElementsAre(value("", "a\nb")));
  EXPECT_THAT(collected_event("\xEF\xBB\xBF \"a\" \n").texts,
              ElementsAre(value("", "a")));
}

TEST(texts, json_that_does_not_claim_to_be_is_read_all_the_same) {
  const collected_event read(
      "{\n  \"type\": \"build_log\",\n  \"text\": \"a\"\n}");
  EXPECT_EQ(read.reason, std::nullopt);
  EXPECT_THAT(read.at("/text"), ElementsAre("a"));
}

TEST(texts, a_byte_order_mark_is_no_part_of_a_text) {
  EXPECT_THAT(collected_event("\xEF\xBB\xBFplain").texts,
              ElementsAre(value("", "plain")));
  EXPECT_THAT(collected_event("\xEF\xBB\xBF{\"a").texts,
              ElementsAre(value("", "{\"a")));
}

TEST(texts, blanks_in_front_of_text_keep_its_columns) {
  EXPECT_THAT(collected_event(" \n x").texts, ElementsAre(value("", " \n x")));
}

TEST(ndjson, each_document_has_its_own_pointers) {
  const collected_event read("{\"a\":\"1\"}\n\n  [\"2\"]\r\n\"3\"\n");
  EXPECT_EQ(read.reason, std::nullopt);
  EXPECT_THAT(read.texts, ElementsAre(key("", "a", 0), value("/a", "1", 0),
                                      value("/0", "2", 1), value("", "3", 2)));
  EXPECT_EQ(read.describe("/a", 0).index, 1U);
  EXPECT_EQ(read.describe("", 2).index, 3U);
}

TEST(ndjson, a_broken_line_is_one_dead_letter_and_text) {
  const collected_event read("{\"a\":\"1\"}\n{\"b\":\"2\n{\"c\":\"3\"}\n {\"d");
  EXPECT_EQ(read.reason, invalid_json);
  EXPECT_THAT(read.texts,
              ElementsAre(key("", "a", 0), value("/a", "1", 0),
                          value("", "{\"b\":\"2", 1), key("", "c", 2),
                          value("/c", "3", 2), value("", " {\"d", 3)));
  EXPECT_EQ(read.describe("", 1).index, 2U);
  EXPECT_EQ(read.describe("", 1).kind, leak_kind::other);
}

TEST(ndjson, the_first_line_may_be_the_broken_one) {
  const collected_event read("{\"a\":\"1\n{\"b\":\"2\"}");
  EXPECT_EQ(read.reason, invalid_json);
  EXPECT_THAT(read.texts, ElementsAre(value("", "{\"a\":\"1", 0),
                                      key("", "b", 1), value("/b", "2", 1)));
}

TEST(ndjson, the_reason_is_that_of_the_first_line_with_one) {
  EXPECT_EQ(collected_event("{\"a\":\"\xE9\"}\n{\"b\":2}\n{\"c\":3}").reason,
            invalid_utf8);
  EXPECT_EQ(collected_event("{\"b\":2}\n{\"type\":\"commit\"}").reason,
            not_an_event);
}

TEST(ndjson, fewer_than_half_the_lines_are_not_enough) {
  const collected_event read("{\"a\":1}\n{\"b\n{\"c");
  EXPECT_EQ(read.reason, invalid_json);
  EXPECT_TRUE(read.has_raw_bytes());
  EXPECT_EQ(read.describe("").index, std::nullopt);
}

TEST(ndjson, one_document_over_many_lines_is_none) {
  const collected_event read("{\"a\":\n[\n\"b\"\n]\n}\n");
  EXPECT_EQ(read.reason, std::nullopt);
  EXPECT_THAT(read.at("/a/0"), ElementsAre("b"));
  EXPECT_EQ(read.describe("/a/0").index, std::nullopt);
}

TEST(ndjson, documents_can_be_described_in_any_order) {
  std::string event;
  for (int i = 0; i < 50; ++i) {
    event += i % 5 == 0 ? "{\"broken\n"
                        : "{\"type\":\"build_log\",\"text\":\"x\",\"job\":\"" +
                              std::to_string(i) + "\"}\n";
  }
  const collected_event read(event);
  for (const std::uint32_t i : {49U, 0U, 1U, 1U, 48U, 5U, 2U, 3U, 25U, 24U}) {
    const leak where = read.describe("/text", i);
    EXPECT_EQ(where.index, i + 1);
    EXPECT_EQ(where.job,
              i % 5 == 0 ? std::nullopt : std::optional(std::to_string(i)));
  }
}

TEST(arrays, events_in_an_array_keep_one_document) {
  const collected_event read(
      R"([{"type":"build_log","text":"a"},{"type":"build_log","text":"b"}])");
  EXPECT_THAT(read.at("/0/text"), ElementsAre("a"));
  EXPECT_THAT(read.at("/1/text"), ElementsAre("b"));
  EXPECT_EQ(read.describe("/1/text").index, std::nullopt);
}

TEST(patches, members_of_commits_are_diffs) {
  const auto patches = [](std::string_view event) {
    std::vector<std::string> found;
    for (const auto& text : collected_event(event).texts) {
      if (text.patch) found.push_back(text.pointer);
    }
    return found;
  };
  EXPECT_THAT(
      patches(
          R"({"type":"commit","sha":"1","files":[{"path":"a","patch":"x"}]})"),
      ElementsAre("/files/0/patch"));
  EXPECT_THAT(patches(R"({"sha":"1","files":[{"filename":"a","patch":"x"}]})"),
              ElementsAre("/files/0/patch"));
  EXPECT_THAT(patches(R"([{"old_path":"a","new_path":"b","diff":"x"},)"
                      R"({"old_path":"c","new_path":"d","diff":"y"}])"),
              ElementsAre("/0/diff", "/1/diff"));
  EXPECT_THAT(
      patches(
          R"({"specversion":"1.0","data":{"type":"commit","sha":"1","diff":"x"}})"),
      ElementsAre("/data/diff"));
  EXPECT_THAT(patches(R"({"type":"build_log","text":"a","patch":"b"})"),
              ElementsAre());
  EXPECT_THAT(patches(R"({"patch":"b"})"), ElementsAre());
}

TEST(hard_events, survive_sixty_four_megabytes_in_one_line) {
  const std::string text(64U << 20, 'x');
  EXPECT_TRUE(collected_event(text).has_raw_bytes());
  const collected_event json("{\"type\":\"build_log\",\"text\":\"" + text +
                             "\"}");
  EXPECT_EQ(json.reason, std::nullopt);
  EXPECT_THAT(json.at("/text"), ElementsAre(text));
}

TEST(hard_events, survive_any_nesting) {
  for (const char bracket : {'[', '{', ']', '}'}) {
    const std::string event(100'000, bracket);
    EXPECT_TRUE(collected_event(event).has_raw_bytes());
    EXPECT_TRUE(collected_event(event, "application/json").has_raw_bytes());
  }
  std::string objects;
  for (int i = 0; i < 100'000; ++i)
    objects += "{\"a\":";
  EXPECT_EQ(collected_event(objects).reason, too_deep);
}

TEST(hard_events, a_reader_serves_one_after_the_other) {
  event_reader reader;
  struct counter final : event_visitor {
    void on_text(const event_text&) override { ++texts; }
    int texts = 0;
  } visitor;
  const std::string large = "[\"" + std::string(3U << 20, 'x') + "\"]";
  EXPECT_EQ(reader.read({.value = large, .content_type = {}}, visitor),
            std::nullopt);
  reader.shrink();
  EXPECT_EQ(reader.describe(0, "/0").index, std::nullopt);
  EXPECT_EQ(reader.read({.value = "[\"a\"]", .content_type = {}}, visitor),
            std::nullopt);
  EXPECT_EQ(reader.read({.value = "plain", .content_type = {}}, visitor),
            std::nullopt);
  EXPECT_EQ(reader.read({.value = "", .content_type = {}}, visitor),
            std::nullopt);
  EXPECT_EQ(visitor.texts, 3);
}

/// Memory whose last readable byte is followed by a page that must not be
/// touched.
class guarded_bytes {
 public:
  explicit guarded_bytes(std::string_view bytes) : size_(bytes.size()) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    mapped_ = (size_ / page + 2) * page;
    memory_ = static_cast<char*>(mmap(nullptr, mapped_, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(memory_, MAP_FAILED);
    EXPECT_EQ(mprotect(memory_ + mapped_ - page, page, PROT_NONE), 0);
    begin_ = memory_ + mapped_ - page - size_;
    std::memcpy(begin_, bytes.data(), size_);
  }
  guarded_bytes(const guarded_bytes&) = delete;
  guarded_bytes& operator=(const guarded_bytes&) = delete;
  ~guarded_bytes() { munmap(memory_, mapped_); }

  [[nodiscard]] std::string_view view() const { return {begin_, size_}; }

 private:
  std::size_t size_;
  std::size_t mapped_;
  char* memory_;
  char* begin_;
};

TEST(hard_events, no_byte_behind_an_event_is_read_without_leave) {
  event_reader reader;
  struct ignore final : event_visitor {
    void on_text(const event_text&) override {}
  } visitor;
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string json = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    std::string lines = json;
    lines.append("\n").append(json);
    for (const std::string& event :
         {json, lines, json.substr(0, size), std::string(size, '['),
          std::string(size, ' ')}) {
      const guarded_bytes guarded(event);
      (void)reader.read({.value = guarded.view(), .content_type = {}}, visitor);
    }
  }
}

}  // namespace
}  // namespace tokensieve
