#include "pipeline/seam_table.h"

#include "tests/pipeline/seam_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(seam_table_test, the_record_of_the_first_byte_describes_the_token) {
  start();
  arrive({{.value = R"({"type":"build_log","stream":"s","build":"1","url":)"
                    R"("https://u:p@ci.example/)" +
                    token_ + R"(","text":"a\nT=)" + token_.substr(0, 20) +
                    R"("})"}});
  requests_.clear();
  leaks_.clear();
  start();
  const std::string other = samples::granular(random_);
  arrive({{.value = R"({"type":"build_log","stream":"s","build":"1","text":)"
                    R"("a\nT=)" +
                    other.substr(0, 20) +
                    R"(","url":"https://u:p@ci.example/")"
                    R"(,"job":"of )" +
                    token_ + R"("})"},
          {.value = R"({"type":"build_log","stream":"s","build":"2","text":")" +
                    other.substr(20) + R"("})"}});
  ASSERT_EQ(leaks_.size(), 2U);
  const leak& where = leaks_[1];
  EXPECT_EQ(where.kind, leak_kind::build_log);
  EXPECT_EQ(where.build, "1");
  EXPECT_EQ(where.field, "/text");
  EXPECT_EQ(where.url, "https://ci.example/");
  EXPECT_EQ(where.line, 2U);
  EXPECT_EQ(where.column, 3U);
  // Its strings show no token, though it is another one.
  EXPECT_EQ(where.job->find(token_), std::string::npos);
}

TEST_F(seam_table_test, a_cloud_event_and_a_shipped_line_are_chunks) {
  start();
  for (const std::string& part : {token_.substr(0, 9), token_.substr(9)}) {
    arrive(R"({"specversion":"1.0","id":"1","data":)" + event("s", part) + "}");
  }
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 1}));
  EXPECT_EQ(leaks_.back().field, "/data/text");
  start();
  for (const std::string& part : {token_.substr(0, 9), token_.substr(9)}) {
    arrive({{.value = R"({"@timestamp":1,"log":")" + part +
                      R"(","stream":"stdout"})",
             .key = "pod"}});
  }
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 1}));
  EXPECT_EQ(leaks_.back().field, "/log");
}

TEST_F(seam_table_test, plain_text_is_a_chunk_of_its_key) {
  start();
  arrive({{.value = "T " + token_.substr(0, 11), .key = "k"},
          {.value = token_.substr(11) + "\n", .key = "k"}});
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 3}));
}

TEST_F(seam_table_test, provider_repository_build_and_job_name_a_log) {
  const auto named = [](std::string_view text) {
    return R"({"type":"build_log","provider":"p","repository":"r","build":1,)"
           R"("job":"j","text":")" +
           std::string(text) + R"("})";
  };
  start();
  arrive({{.value = named(token_.substr(0, 11)), .key = "a"},
          {.value = named(token_.substr(11)), .key = "b"}});
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(seam_table_test, nothing_is_joined_across_logs) {
  const std::string left = "NPM_TOKEN=" + token_.substr(0, 20);
  const std::string right = token_.substr(20) + "\n";
  start();
  arrive({{.value = event("a", left)}, {.value = event("b", right)}});
  arrive({{.value = left}, {.value = right}});  // no name, no key
  arrive({{.value = left, .key = "a"}, {.value = right, .key = "b"}});
  arrive({{.value = left, .key = "c", .partition = 1},
          {.value = right, .key = "c", .partition = 2}});
  arrive({{.value = left, .key = "d", .topic = "one"},
          {.value = right, .key = "d", .topic = "two"}});
  arrive({{.value = event("e", left)}, {.value = event("e", right, 1)}});
  arrive({{.value = event("f", left, 0)}, {.value = event("f", right, 2)}});
  // `stream` counts in a build log only.
  const auto shipped = [](const std::string& text) {
    return R"({"stream":"g","message":")" + json(text) + R"("})";
  };
  arrive({{.value = shipped(left)}, {.value = shipped(right)}});
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(seam_table_test, a_commit_is_no_chunk) {
  start();
  const auto commit = [](const std::string& text) {
    return R"({"type":"commit","sha":"0","message":")" + text + R"("})";
  };
  arrive({{.value = commit(token_.substr(0, 20)), .key = "k"},
          {.value = commit(token_.substr(20)), .key = "k"}});
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(seam_table_test, interleaved_logs_are_told_apart) {
  start();
  const std::string other = samples::granular(random_);
  arrive({{.value = event("a", "x " + token_.substr(0, 20))},
          {.value = event("b", other.substr(0, 30))},
          {.value = event("a", token_.substr(20, 3))},
          {.value = event("b", other.substr(30))}});
  arrive(event("a", token_.substr(23)));
  EXPECT_THAT(requests_,
              ElementsAre(seen{other, "", 1, 1, 1}, seen{token_, "", 0, 1, 3}));
}

TEST_F(seam_table_test, numbered_chunks_are_joined_in_any_order) {
  const std::string all =
      "a\nthis is written in front of it " + token_ + " b\n";
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end : {8, 28, 50, 60, static_cast<int>(all.size())}) {
    parts.push_back(all.substr(begin, end - begin));
    begin = end;
  }
  std::vector<std::size_t> order{0, 1, 2, 3, 4};
  do {
    start();
    for (const std::size_t i : order)
      arrive(event("s", parts[i], 5 + i));
    ASSERT_EQ(requests_.size(), 1U) << testing::PrintToString(order);
    const seen& one = requests_[0];
    EXPECT_EQ(one.token, token_);
    // It begins in the third part.
    EXPECT_EQ(order[static_cast<std::size_t>(one.offset)], 2U);
    EXPECT_EQ(one.column, 33U - 28U + 1U);
  } while (std::ranges::next_permutation(order).found);
}

TEST_F(seam_table_test, a_late_long_chunk_closes_the_gap_on_both_sides) {
  const std::string other = samples::granular(random_);
  const std::string filler(5000, '"');
  start();
  arrive({{.value = event("s", token_.substr(0, 20), 1)},
          {.value = event("s", other.substr(20) + filler + "\n", 3)}});
  arrive(
      event("s", token_.substr(20) + filler + "\n" + other.substr(0, 20), 2));
  EXPECT_THAT(requests_,
              ElementsAre(seen{token_, "", 0, 1, 1}, seen{other, "", 2, 2, 1}));
}

TEST_F(seam_table_test, a_repeated_chunk_is_ignored) {
  start();
  for (const std::uint64_t number : {0, 1, 0, 1, 2, 1, 2}) {
    const std::size_t begin = number * 14;
    arrive(event("s", token_.substr(begin, number == 2 ? 14U : 14U), number));
  }
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 1}));
  EXPECT_EQ(sightings_, 0U);
}

TEST_F(seam_table_test, lines_without_their_ends_are_joined_with_one) {
  start();
  arrive({{.value = event("s", "npmRegistries:")},
          {.value = event("s", "  \"https://npm.corp.example/a\":")},
          {.value = event("s", "    npmAuthToken: " + token_)}});
  EXPECT_THAT(requests_,
              ElementsAre(seen{token_, "npm.corp.example/a/", 2, 1, 19}));
}

TEST_F(seam_table_test, a_legacy_token_is_not_made_of_two_lines) {
  start();
  arrive({{.value = event("s", "NPM_TOKEN=")}, {.value = event("s", uuid_)}});
  arrive({{.value = event("t", "NPM_TOKEN=" + uuid_.substr(0, 9))},
          {.value = event("t", uuid_.substr(9))}});
  EXPECT_THAT(requests_, IsEmpty());
  // An LF says that chunks need not be lines.
  arrive({{.value = event("u", "x\nNPM_TOKEN=" + uuid_.substr(0, 9))},
          {.value = event("u", uuid_.substr(9))}});
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(seam_table_test, a_granular_token_is_made_of_two_chunks_without_lf) {
  start();
  arrive({{.value = event("s", "x " + token_.substr(0, 5))},
          {.value = event("s", token_.substr(5))}});
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 3}));
}

TEST_F(seam_table_test, the_column_counts_what_escapes_stand_for) {
  // A pair, one half alone, an escaped LF, an unknown letter.
  const std::string before =
      R"(\ud83d\ude00\ud83d|\u000a\u00e9\u20AC\t\\n\/ )" +
      std::string(2000, '.') + R"(\u0041\ud83d\ude00)";
  start();
  arrive(R"({"type":"build_log","stream":"s","text":")" + before +
         token_.substr(0, 8) + R"("})");
  arrive(event("s", token_.substr(8) + "\n"));
  EXPECT_THAT(requests_,
              ElementsAre(seen{token_, "", 0, 2,
                               2 + 3 + 1 + 2 + 1 + 1 + 2000 + 1 + 4 + 1}));
}

TEST_F(seam_table_test, a_large_envelope_is_left_out) {
  start();
  arrive(R"({"type":"build_log","stream":"s","text":"a)" + token_.substr(0, 8) +
         R"(","build":")" + std::string(9000, 'b') + R"("})");
  arrive(event("s", token_.substr(8)));
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 2}));
  EXPECT_EQ(leaks_.back().build, std::nullopt);
  EXPECT_EQ(leaks_.back().field, "/text");
}

TEST_F(seam_table_test, the_log_silent_for_longest_is_given_up) {
  start(64 << 10);
  arrive(event("old", token_.substr(0, 20)));
  for (int i = 0; seams_->evicted() == 0; ++i) {
    arrive(event("log " + std::to_string(i), std::string(900, 'x')));
    ASSERT_LE(seams_->bytes(), 64U << 10);
    ASSERT_LT(i, 100);
  }
  arrive(event("old", token_.substr(20)));
  EXPECT_THAT(requests_, IsEmpty());
  // What is spoken of again and again stays.
  const std::string other = samples::granular(random_);
  for (std::size_t i = 0; i < other.size(); ++i) {
    arrive(event("kept", other.substr(i, 1)));
    for (int more = 0; more < 5; ++more) {
      arrive(event(std::to_string(i) + " log " + std::to_string(more),
                   std::string(900, 'x')));
    }
  }
  EXPECT_THAT(requests_, testing::SizeIs(1));
}

TEST_F(seam_table_test, a_gap_is_waited_for_until_the_log_is_given_up) {
  start(64 << 10);
  arrive({{.value = event("s", "T " + token_.substr(0, 9), 1)},
          {.value = event("s", token_.substr(20), 3)}});
  for (int i = 0; i < 20; ++i)
    arrive(event("log " + std::to_string(i), std::string(900, 'x')));
  EXPECT_THAT(requests_, IsEmpty());
  arrive(event("s", token_.substr(9, 11), 2));
  EXPECT_THAT(requests_, ElementsAre(seen{token_, "", 0, 1, 3}));

  const std::string other = samples::granular(random_);
  arrive({{.value = event("t", "T " + other.substr(0, 9), 1)},
          {.value = event("t", other.substr(20), 3)}});
  const std::uint64_t evicted = seams_->evicted();
  for (int i = 0; seams_->evicted() < evicted + 40; ++i)
    arrive(event("more " + std::to_string(i), std::string(900, 'x')));
  arrive(event("t", other.substr(9, 11), 2));
  EXPECT_THAT(requests_, testing::SizeIs(1));
}

/// A log in plain text may be cut between any two bytes.
TEST_F(seam_table_test, a_cut_may_stand_in_a_character_or_in_an_escape) {
  struct row {
    const char* name;
    std::string text;
    std::uint64_t column;
  };
  const std::string escaped =
      token_.substr(0, 3) + "\\u005f" + token_.substr(4);
  const row rows[]{
      {"UTF-8", "ü\xf0\x9f\x98\x80" + token_ + "\xe2\x82\xac\n", 7},
      {"a string in a string", R"({\"a\":\"\t)" + token_ + R"(\n\"})", 12},
      {"an escape in the token", "x " + escaped + " y\n", 3},
      {"half a pair", "\xed\xa0\xbd" + token_ + "\xff\n", 4}};
  for (const row& one : rows) {
    for (std::size_t cut = 1; cut < one.text.size(); ++cut) {
      start();
      arrive({{.value = one.text.substr(0, cut), .key = "k"},
              {.value = one.text.substr(cut), .key = "k"}});
      ASSERT_THAT(requests_, testing::SizeIs(1)) << one.name << " at " << cut;
      EXPECT_EQ(requests_[0].token, token_);
      const bool left = cut >= one.column;
      EXPECT_EQ(requests_[0].offset, left ? 0 : 1) << one.name << " " << cut;
      EXPECT_EQ(requests_[0].column, left ? one.column : one.column - cut)
          << one.name << " at " << cut;
      EXPECT_EQ(sightings_, 0U);
    }
  }
}

TEST_F(seam_table_test, what_the_whole_says_takes_the_place_of_the_head) {
  struct row {
    const char* name;
    std::string left;
    std::string right;
    seen want;
  };
  const std::string path = "//npm.corp.example/:_authToken=";
  const row rows[]{{"a registry",
                    "a\n" + path,
                    token_ + "\n",
                    {token_, "npm.corp.example/", 1, 1, 1}},
                   {"a registry that is cut",
                    "a\n" + path.substr(0, 9),
                    path.substr(9) + token_ + "\n",
                    {token_, "npm.corp.example/", 1, 1, 23}},
                   {"a name of more confidence",
                    "a\n//npm.corp.example/:_auth",
                    "Token=" + uuid_ + "\n",
                    {uuid_, "npm.corp.example/", 1, 1, 7}},
                   {"no less", "a\n", token_ + "\n", {token_, "", 1, 1, 1}}};
  for (const row& one : rows) {
    for (const std::size_t batch_size : {1, 2}) {
      start();
      std::vector<input> both{{.value = event("s", one.left)},
                              {.value = event("s", one.right)}};
      if (batch_size == 2) {
        arrive(both);
      } else {
        arrive({both[0]});
        arrive({both[1]});
      }
      EXPECT_THAT(requests_, ElementsAre(one.want)) << one.name;
      EXPECT_EQ(sightings_, 0U) << one.name;
    }
  }
}

// The chunk in front may never come, and the token must not wait for it: the
// offset would be committed past a request that nobody has written.
TEST_F(seam_table_test, a_registry_that_comes_late_is_a_request_of_its_own) {
  const std::string path = "//npm.corp.example/:_authToken=";
  for (const std::string& token : {token_, uuid_}) {
    for (const std::size_t batch_size : {1, 2}) {
      start();
      const std::vector<input> both{
          {.value = event("s", path.substr(9) + token + "\n", 2)},
          {.value = event("s", "a\n" + path.substr(0, 9), 1)}};
      const seen alone{token, "", 0, 1, 23};
      const seen whole{token, "npm.corp.example/", 0, 1, 23};
      if (batch_size == 2) {
        arrive(both);
      } else {
        arrive({both[0]});
        EXPECT_THAT(requests_, ElementsAre(alone));
        arrive({both[1]});
      }
      EXPECT_THAT(requests_, ElementsAre(alone, whole));
      // Nor is it told a third time.
      arrive(both);
      EXPECT_EQ(requests_.size(), 2U);
    }
  }
}

TEST_F(seam_table_test, a_log_of_gaps_is_bounded) {
  start(16 << 20);
  for (std::uint64_t i = 0; i < 1000; ++i)
    arrive(event("s", std::string(2000, 'x'), 2 * i));
  EXPECT_LT(seams_->bytes(), 1U << 20);
}

TEST_F(seam_table_test, a_new_epoch_begins_with_nothing) {
  start();
  arrive(event("s", token_.substr(0, 20)));
  ++epoch_;
  arrive(event("s", token_.substr(20)));
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_GT(seams_->bytes(), 0U);
  seams_->clear();
  EXPECT_EQ(seams_->bytes(), 0U);
}

TEST_F(seam_table_test, a_replay_makes_the_ends_of_logs_known_again) {
  start();
  arrive(event("s", "a line\nnpm " + token_.substr(0, 20)));
  arrive(event("t", uuid_));
  ++epoch_;
  replayed_ = true;
  offset_ = 0;
  arrive(event("s", "a line\nnpm " + token_.substr(0, 20)));
  arrive(event("t", uuid_));
  replayed_ = false;
  arrive(event("s", token_.substr(20) + "\n"));
  // What it would have been without the new epoch.
  EXPECT_THAT(requests_,
              ElementsAre(seen{
                  .token = token_, .registry = "", .line = 2, .column = 5}));
}

TEST_F(seam_table_test, what_is_replayed_yields_nothing) {
  start();
  replayed_ = true;
  const std::string other = samples::granular(random_);
  arrive({{.value = event("s", token_.substr(0, 20))},
          {.value = event("s", token_.substr(20) + " x " + other + "\n")},
          {.value = "{\"broken"},
          {.value = ""}});
  EXPECT_THAT(requests_, IsEmpty());
  EXPECT_EQ(sightings_, 0U);
  EXPECT_EQ(dead_letters_, 0U);
  EXPECT_EQ(counted_, 0U);
  // Nor is it a repeat of anything.
  replayed_ = false;
  arrive(event("s", "x " + other + "\n"));
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(seam_table_test, numbered_chunks_are_replayed_in_any_order) {
  start();
  replayed_ = true;
  arrive(event("s", token_.substr(10, 10), 2));
  arrive(event("s", token_.substr(20), 3));
  replayed_ = false;
  arrive(event("s", "x " + token_.substr(0, 10), 1));
  EXPECT_THAT(requests_, ElementsAre(seen{.token = token_,
                                          .registry = "",
                                          .offset = 2,
                                          .line = 1,
                                          .column = 3}));
}

TEST_F(seam_table_test, text_like_a_compressed_event_is_replayed) {
  start();
  replayed_ = true;
  arrive({{.value = "(\xb5/\xfd " + token_.substr(0, 20), .key = "k"}});
  replayed_ = false;
  arrive({{.value = token_.substr(20), .key = "k"}});
  EXPECT_THAT(requests_, SizeIs(1));
}

// Far more than is joined at a time.
TEST_F(seam_table_test, tokens_at_every_cut_of_a_batch_are_found_once) {
  std::string text;
  for (int i = 0; i < 600; ++i) {
    text += i % 2 == 0 ? "NPM_TOKEN=" + samples::uuid(random_)
                       : samples::granular(random_);
    text += i % 7 == 0 ? "\n" : " ";
  }
  std::vector<std::size_t> cuts;
  for (std::size_t at = 20; at < text.size(); at += 20)
    cuts.push_back(at);
  const auto all = expected(text, cuts);
  for (const std::size_t batch : {10, 10'000}) {
    start();
    arrive_cut(text, cuts, batch);
    std::ranges::sort(requests_);
    auto sorted = all;
    std::ranges::sort(sorted);
    EXPECT_EQ(requests_, sorted);
    EXPECT_EQ(sightings_, 0U);
  }
}

TEST_F(seam_table_test, what_one_chunk_holds_is_reported_once) {
  start();
  const std::string line = "//npm.corp.example/:_authToken=" + token_;
  arrive({{.value = event("s", "a\n" + line)},
          {.value = event("s", "")},
          {.value = event("s", "\nb\n")},
          {.value = event("s", "c\n")}});
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_EQ(sightings_, 0U);
}

}  // namespace
}  // namespace tokensieve
