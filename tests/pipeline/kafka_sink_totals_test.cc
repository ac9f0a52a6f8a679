// What the sink counts, and when.

#include "tests/pipeline/sink_fixture.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>

namespace tokensieve {
namespace {

constexpr auto k_granular = static_cast<std::size_t>(token_kind::granular);
constexpr auto k_legacy = static_cast<std::size_t>(token_kind::legacy);
constexpr auto k_valid = static_cast<std::size_t>(token_checksum::valid);
constexpr auto k_none = static_cast<std::size_t>(token_checksum::none);

class kafka_sink_totals_test : public kafka_sink_test {
 protected:
  /// A request of a record that Kafka took so long ago.
  void take_request_of(std::chrono::seconds ago) {
    auto made = next_with(output_kind::request);
    kafka_origin origin = sample_origin();
    origin.timestamp_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(
            (std::chrono::system_clock::now() - ago).time_since_epoch())
            .count();
    made->emissions[0].origin = origin;
    sink_.take(std::move(made));
  }
};

TEST_F(kafka_sink_totals_test, what_is_not_committed_is_not_counted_as_output) {
  open();
  broker_.to_commit = {write_outcome::aborted};
  take_request();
  EXPECT_EQ(totals_.records, 1U);  // that work was done
  EXPECT_EQ(totals_.requests, 0U);
  EXPECT_EQ(totals_.detection_seconds.read().count, 0U);
  EXPECT_EQ(totals_.commit_seconds.read().count, 0U);

  // Read and written again, it counts once.
  reopen();
  take_request();
  EXPECT_EQ(totals_.requests, 1U);
  EXPECT_EQ(totals_.detection_seconds.read().count, 1U);
  EXPECT_EQ(totals_.commit_seconds.read().count, 1U);
}

TEST_F(kafka_sink_totals_test, commits_are_counted_by_how_they_end) {
  open();
  take_request();
  broker_.to_commit = {write_outcome::aborted};
  take_request();
  sink_.finish();
  EXPECT_EQ(totals_.commits, 1U);
  EXPECT_EQ(totals_.aborts, 1U);
  EXPECT_EQ(totals_.unknown_commits, 0U);
  EXPECT_EQ(totals_.recoveries, 1U);
  EXPECT_EQ(totals_.producer_restarts, 0U);
}

TEST_F(kafka_sink_totals_test,
       a_producer_that_is_gone_leaves_its_commit_unknown) {
  open();
  broker_.to_commit = {write_outcome::broken};
  take_request();
  EXPECT_EQ(totals_.aborts, 0U);
  EXPECT_EQ(totals_.unknown_commits, 1U);
  EXPECT_EQ(totals_.recoveries, 1U);
  EXPECT_EQ(totals_.producer_restarts, 1U);
}

TEST_F(kafka_sink_totals_test,
       a_revoked_transaction_is_an_abort_and_no_recovery) {
  open();
  take_first();
  take_sighting();
  EXPECT_TRUE(close(ending::abort));
  EXPECT_EQ(totals_.aborts, 1U);
  EXPECT_EQ(totals_.recoveries, 0U);
  EXPECT_EQ(totals_.sightings, 0U);
}

TEST_F(kafka_sink_totals_test,
       tokens_count_by_kind_and_checksum_and_occurrence) {
  open();
  auto made = next_with(output_kind::request);
  made->emissions.push_back(
      {output_kind::request, bare_token(k_granular_token), sample_origin()});
  made->emissions.push_back({output_kind::sighting,
                             bare_token(k_granular_token), sample_origin(), 5});
  sink_.take(std::move(made));
  EXPECT_EQ(totals_.tokens[k_legacy][k_none], 1U);
  EXPECT_EQ(totals_.tokens[k_granular][k_valid], 6U);
  EXPECT_EQ(totals_.tokens[k_granular][k_none], 0U);
  EXPECT_EQ(totals_.requests, 2U);
  EXPECT_EQ(totals_.sightings, 1U);
}

TEST_F(kafka_sink_totals_test, dead_letters_count_by_reason) {
  open();
  auto made = next_dead_letter("{", "k");
  made->dead_letters.push_back({0, dead_letter_reason::too_deep});
  sink_.take(std::move(made));
  const auto count = [this](dead_letter_reason reason) {
    return totals_.dead_letters[static_cast<std::size_t>(reason)].load();
  };
  EXPECT_EQ(count(dead_letter_reason::invalid_json), 1U);
  EXPECT_EQ(count(dead_letter_reason::too_deep), 1U);
  EXPECT_EQ(count(dead_letter_reason::too_large), 0U);
}

TEST_F(kafka_sink_totals_test, what_a_batch_counted_is_added) {
  open();
  auto made = next_batch();
  made->counts = {.records = 7,
                  .bytes = 70,
                  .empty = 2,
                  .ignored = 3,
                  .failed = 1,
                  .known_requests = 11,
                  .evicted_requests = 4,
                  .log_tail_bytes = 12,
                  .evicted_logs = 5,
                  .rejected = {5, 0, 6}};
  sink_.take(std::move(made));
  sink_.take(next_batch());
  EXPECT_EQ(totals_.records, 8U);
  EXPECT_EQ(totals_.bytes, 170U);
  EXPECT_EQ(totals_.empty, 2U);
  EXPECT_EQ(totals_.ignored, 3U);
  EXPECT_EQ(totals_.failed, 1U);
  EXPECT_EQ(totals_.rejected[0], 5U);
  EXPECT_EQ(totals_.rejected[1], 0U);
  EXPECT_EQ(totals_.rejected[2], 6U);
  // The table as it is, not a sum.
  EXPECT_EQ(totals_.known_requests, 0U);
  EXPECT_EQ(totals_.evicted_requests, 0U);
  EXPECT_EQ(totals_.log_tail_bytes, 0U);
  EXPECT_EQ(totals_.evicted_logs, 0U);
}

TEST_F(kafka_sink_totals_test, latency_runs_from_the_record_to_the_commit) {
  open();
  take_request_of(std::chrono::seconds(200));
  const auto latency = totals_.detection_seconds.read();
  ASSERT_EQ(latency.count, 1U);
  EXPECT_GE(latency.sum, 200.0);
  // Over a minute, and not over five.
  EXPECT_EQ(latency.cumulative[9], 0U);
  EXPECT_EQ(latency.cumulative[10], 1U);
}

TEST_F(kafka_sink_totals_test, a_clock_that_is_ahead_is_a_latency_of_nothing) {
  open();
  take_request_of(std::chrono::seconds(-500));
  EXPECT_EQ(totals_.detection_seconds.read().sum, 0.0);
  EXPECT_EQ(totals_.detection_seconds.read().cumulative[0], 1U);
}

TEST_F(kafka_sink_totals_test, a_record_without_a_timestamp_has_no_latency) {
  open();
  auto made = next_with(output_kind::request);
  kafka_origin origin = sample_origin();
  origin.timestamp_ms.reset();
  made->emissions[0].origin = origin;
  sink_.take(std::move(made));
  EXPECT_EQ(totals_.requests, 1U);
  EXPECT_EQ(totals_.detection_seconds.read().count, 0U);
}

}  // namespace
}  // namespace tokensieve
