// When the sink commits, and what.

#include "tests/pipeline/sink_fixture.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::SizeIs;

TEST_F(kafka_sink_test, a_request_is_committed_at_once_with_its_offset) {
  open();
  take_request();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(broker_.commits[0].positions, at(1));
  EXPECT_THAT(committed_topics(0), ElementsAre(settings_.output.requests));
  EXPECT_EQ(ledger_.positions(), at(1));
  EXPECT_EQ(committed_, 1U);
  EXPECT_EQ(observed_, 1U);
  EXPECT_EQ(sink_.deadline(), clock::time_point::max());
}

TEST_F(kafka_sink_test, a_commit_uses_the_assignment_of_its_epoch) {
  open();
  take_request();
  EXPECT_EQ(broker_.commits.at(0).fence, ledger_.begin_commit(epoch_));
}

TEST_F(kafka_sink_test, requests_are_committed_at_most_every_20_ms) {
  constexpr std::size_t k_requests = 60;
  open();
  const auto begin = clock::now();
  for (std::size_t i = 0; i < k_requests; ++i) {
    take_request();
    std::this_thread::sleep_for(milliseconds(5));
    if (sink_.deadline() <= clock::now()) sink_.idle();
  }
  const auto took = clock::now() - begin;
  sink_.finish();
  std::size_t records = 0;
  for (std::size_t i = 0; i < broker_.commits.size(); ++i) {
    records += broker_.commits[i].records.size();
    // The last one ends the run and does not wait.
    if (i == 0 || i + 1 == broker_.commits.size()) continue;
    EXPECT_GE(broker_.commits[i].time - broker_.commits[i - 1].time,
              milliseconds(20));
  }
  EXPECT_EQ(records, k_requests);
  EXPECT_GT(broker_.commits.size(), 2U);
  EXPECT_LE(broker_.commits.size(),
            static_cast<std::size_t>(took / milliseconds(20)) + 2);
}

TEST_F(kafka_sink_test, a_request_does_not_wait_for_the_interval) {
  open();
  take_first();
  take_nothing();
  EXPECT_GT(sink_.deadline(), clock::now() + std::chrono::minutes(30));
  take_request();
  EXPECT_LE(sink_.deadline(), clock::now() + milliseconds(20));
  idle_when_due();
  EXPECT_EQ(broker_.commits.back().positions, at(3));
}

TEST_F(kafka_sink_test, offsets_alone_wait_for_the_interval) {
  open();
  take_first();
  const auto begin = clock::now();
  take_nothing();
  EXPECT_GT(sink_.deadline(), begin + std::chrono::minutes(59));
  sink_.idle();
  EXPECT_THAT(broker_.commits, SizeIs(1));

  settings_.commit.interval = milliseconds(150);
  take_nothing();
  EXPECT_LE(sink_.deadline(), clock::now() + milliseconds(150));
  idle_when_due();
  ASSERT_THAT(broker_.commits, SizeIs(2));
  EXPECT_EQ(broker_.commits[1].positions, at(3));
  EXPECT_THAT(broker_.commits[1].records, IsEmpty());
  EXPECT_EQ(sink_.deadline(), clock::time_point::max());
}

TEST_F(kafka_sink_test, sightings_wait_for_the_interval) {
  open();
  take_first();
  take_sighting();
  EXPECT_THAT(broker_.commits, SizeIs(1));
  EXPECT_GT(sink_.deadline(), clock::now() + std::chrono::minutes(30));
}

TEST_F(kafka_sink_test, so_many_bytes_make_a_commit) {
  settings_.commit.bytes = 250;  // a batch has 100
  open();
  take_first();
  take_nothing();
  take_nothing();
  EXPECT_THAT(broker_.commits, SizeIs(1));
  take_nothing();
  ASSERT_THAT(broker_.commits, SizeIs(2));
  EXPECT_EQ(broker_.commits[1].positions, at(4));
  take_nothing();
  EXPECT_THAT(broker_.commits, SizeIs(2));
}

TEST_F(kafka_sink_test, nothing_taken_is_nothing_committed) {
  open();
  sink_.idle();
  sink_.finish();
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(kafka_sink_test, the_end_commits_what_was_taken) {
  open();
  take_first();
  take_sighting();
  sink_.finish();
  ASSERT_THAT(broker_.commits, SizeIs(2));
  EXPECT_THAT(committed_topics(1), ElementsAre(settings_.output.sightings));
  // Nobody waits for it any more.
  EXPECT_TRUE(ledger_.close(ending::commit, std::chrono::hours(1)));
}

TEST_F(kafka_sink_test, each_partition_has_its_position) {
  open();
  auto made = next_batch();
  made->positions.push_back({&topic(), 5, 17});
  sink_.take(std::move(made));
  EXPECT_EQ(broker_.commits.at(0).positions,
            (input_offsets{.next = {{{topic(), 0}, 1}, {{topic(), 5}, 17}}}));
}

TEST_F(kafka_sink_test, a_commit_says_where_a_replay_begins) {
  open();
  auto made = next_batch();
  made->positions.push_back({&topic(), 5, 17});
  made->positions.back().replay_from = 12;
  sink_.take(std::move(made));
  EXPECT_EQ(broker_.commits.at(0).positions,
            (input_offsets{.next = {{{topic(), 0}, 1}, {{topic(), 5}, 17}},
                           .replay = {{{topic(), 5}, 12}}}));
  EXPECT_EQ(ledger_.positions(), broker_.commits.at(0).positions);
}

TEST_F(kafka_sink_test, totals_say_what_was_done) {
  open();
  take_request();
  take_sighting();
  sink_.take(next_dead_letter("{", "k"));
  sink_.finish();
  EXPECT_EQ(totals_.records, 3U);
  EXPECT_EQ(totals_.bytes, 300U);
  EXPECT_EQ(totals_.requests, 1U);
  EXPECT_EQ(totals_.sightings, 1U);
  EXPECT_EQ(sum(totals_.dead_letters), 1U);
  EXPECT_EQ(totals_.commits, 2U);
  EXPECT_EQ(totals_.aborts, 0U);
}

TEST_F(kafka_sink_test, a_request_has_its_fingerprint_as_key) {
  open();
  take_request();
  const auto& written = broker_.commits.at(0).records.at(0);
  EXPECT_TRUE(written.has_key);
  EXPECT_EQ(written.key, fingerprint_of(secret(k_legacy_token)).to_string());
  EXPECT_EQ(written.value,
            write_request(bare_token(k_legacy_token), sample_origin()));
  EXPECT_EQ(written.headers.at("ce_subject"), written.key);
}

TEST_F(kafka_sink_test, a_dead_letter_is_the_record_as_it_came) {
  open();
  sink_.take(next_dead_letter("{\0broken"sv, "k"));
  const auto& letter = broker_.commits.at(0).records.at(0);
  EXPECT_EQ(letter.topic, settings_.output.dead_letters);
  EXPECT_EQ(letter.value, "{\0broken"sv);
  EXPECT_EQ(letter.key, "k");
  EXPECT_EQ(letter.headers.count("dlq-truncated"), 0U);
}

TEST_F(kafka_sink_test, a_dead_letter_over_the_limit_goes_without_its_value) {
  broker_.max_bytes = 10;
  open();
  sink_.take(next_dead_letter("{ more than ten", "k"));
  ASSERT_THAT(broker_.commits, SizeIs(1));
  ASSERT_THAT(broker_.commits[0].records, SizeIs(1));
  const auto& letter = broker_.commits[0].records[0];
  EXPECT_EQ(letter.value, "");
  EXPECT_EQ(letter.key, "k");
  EXPECT_THAT(letter.headers,
              IsSupersetOf(std::map<std::string, std::string>{
                  {"dlq-truncated", "15"}, {"dlq-offset", "0"}}));
  EXPECT_EQ(sum(totals_.dead_letters), 1U);
}

TEST_F(kafka_sink_test, a_key_over_the_limit_is_left_out_as_well) {
  broker_.max_bytes = 10;
  open();
  sink_.take(next_dead_letter("{", "more than ten"));
  const auto& letter = broker_.commits.at(0).records.at(0);
  EXPECT_FALSE(letter.has_key);
  EXPECT_EQ(letter.headers.at("dlq-truncated"), "1");
}

TEST_F(kafka_sink_test, values_of_dead_letters_can_be_left_out) {
  settings_.output.dead_letter_value = dead_letter_content::none;
  open();
  sink_.take(next_dead_letter("{ broken", "k"));
  const auto& letter = broker_.commits.at(0).records.at(0);
  EXPECT_EQ(letter.value, "");
  EXPECT_FALSE(letter.has_key);
  EXPECT_EQ(letter.headers.at("dlq-truncated"), "8");
}

}  // namespace
}  // namespace tokensieve
