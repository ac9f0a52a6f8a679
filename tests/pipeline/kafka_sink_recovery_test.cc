// What the sink does when a commit fails or an epoch ends. A stop cannot be
// taken back: each case needs a process of its own, as CTest gives it.

#include "pipeline/stop_signal.h"
#include "tests/pipeline/sink_fixture.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(kafka_sink_test, an_aborted_commit_fails_its_epoch) {
  open();
  broker_.to_commit = {write_outcome::aborted};
  take_request();
  EXPECT_EQ(ledger_.failed(), failure::aborted);
  EXPECT_EQ(ledger_.positions(), at(0));
  EXPECT_EQ(committed_, 0U);
  EXPECT_EQ(observed_, 0U);
  EXPECT_EQ(totals_.aborts, 1U);
  EXPECT_EQ(broker_.writers, 1U);
  EXPECT_EQ(sink_.deadline(), clock::time_point::max());
}

TEST_F(kafka_sink_test, batches_of_a_failed_epoch_are_dropped) {
  open();
  broker_.to_commit = {write_outcome::aborted};
  take_request();
  take_request();
  sink_.idle();
  EXPECT_THAT(broker_.commits, IsEmpty());
  EXPECT_THAT(broker_.pending, IsEmpty());
  EXPECT_EQ(totals_.records, 1U);

  reopen();
  take_request();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_THAT(broker_.commits[0].records, SizeIs(1));
  EXPECT_EQ(committed_, 3U);
}

TEST_F(kafka_sink_test, an_aborted_write_abandons_what_was_written) {
  open();
  take_first();
  take_sighting();
  broker_.to_write = {write_outcome::aborted};
  take_sighting();
  EXPECT_EQ(broker_.abandoned, 1U);
  EXPECT_THAT(broker_.pending, IsEmpty());
  EXPECT_EQ(ledger_.failed(), failure::aborted);
  sink_.finish();
  EXPECT_THAT(broker_.commits, SizeIs(1));
}

TEST_F(kafka_sink_test, a_broken_writer_is_made_anew) {
  open();
  broker_.to_commit = {write_outcome::broken};
  take_request();
  EXPECT_EQ(ledger_.failed(), failure::unknown);
  EXPECT_EQ(broker_.writers, 2U);
  reopen();
  take_request();
  EXPECT_THAT(broker_.commits, SizeIs(1));
}

TEST_F(kafka_sink_test, a_writer_that_breaks_as_it_abandons_is_made_anew) {
  open();
  take_first();
  take_sighting();
  broker_.to_write = {write_outcome::aborted};
  broker_.to_abandon = {write_outcome::broken};
  take_sighting();
  EXPECT_EQ(ledger_.failed(), failure::unknown);
  EXPECT_EQ(broker_.writers, 2U);
}

TEST_F(kafka_sink_test, a_writer_is_made_until_it_can_be) {
  open();
  unreachable_ = 2;
  broker_.to_commit = {write_outcome::broken};
  take_request();
  EXPECT_EQ(unreachable_, 0U);
  EXPECT_EQ(broker_.writers, 2U);
  EXPECT_EQ(ledger_.failed(), failure::unknown);
}

TEST_F(kafka_sink_test, a_writer_that_may_not_be_made_ends_the_process) {
  open();
  denied_ = true;
  broker_.to_commit = {write_outcome::broken};
  EXPECT_THROW(take_request(), cannot_go_on);
  EXPECT_NE(stop_requested(), stop_level::none);
  EXPECT_TRUE(ledger_.close(ending::commit, std::chrono::hours(1)));
}

TEST_F(kafka_sink_test, a_stop_ends_the_wait_for_a_writer) {
  open();
  unreachable_ = SIZE_MAX;
  broker_.to_commit = {write_outcome::broken};
  request_stop();
  EXPECT_THROW(take_request(), interrupted);
  EXPECT_TRUE(ledger_.close(ending::commit, std::chrono::hours(1)));
}

TEST_F(kafka_sink_test, no_retry_helps_against_a_hopeless_commit) {
  open();
  broker_.to_commit = {write_outcome::hopeless};
  EXPECT_THROW(take_request(), cannot_go_on);
  EXPECT_NE(stop_requested(), stop_level::none);
  EXPECT_TRUE(ledger_.close(ending::commit, std::chrono::hours(1)));
  EXPECT_EQ(observed_, 0U);
}

TEST_F(kafka_sink_test, a_request_that_is_too_large_is_told_of_in_its_place) {
  broker_.max_bytes = 10;
  open();
  auto made = next_with(output_kind::request);
  made->emissions.push_back(
      {output_kind::sighting, bare_token(k_legacy_token), sample_origin()});
  made->records[0].partition = sample_origin().partition;
  made->records[0].offset = sample_origin().offset;
  sink_.take(std::move(made));
  ASSERT_THAT(broker_.commits, SizeIs(1));
  // One notice, whatever was left out.
  ASSERT_THAT(broker_.commits[0].records, SizeIs(1));
  const auto& notice = broker_.commits[0].records[0];
  EXPECT_EQ(notice.topic, settings_.output.dead_letters);
  EXPECT_EQ(notice.value, "");
  EXPECT_EQ(notice.headers.at("dlq-reason"), "produce_rejected");
}

TEST_F(kafka_sink_test, where_not_even_the_notice_fits_it_is_hopeless) {
  broker_.to_write = {write_outcome::too_large, write_outcome::too_large,
                      write_outcome::too_large};
  open();
  EXPECT_THROW(take_request(), cannot_go_on);
  EXPECT_THAT(broker_.commits, IsEmpty());
}

/// The broker refuses what is written next, as it tells at the commit.
class refusing_broker_test : public kafka_sink_test {
 protected:
  refusing_broker_test() { settings_.commit.bytes = 1; }  // each batch

  void refuse_next_commit() {
    broker_.to_commit = {write_outcome::aborted};
    broker_.refused = {0};
  }
  /// The one record of the stream, read again.
  void take_again() {
    offset_ = 0;
    reopen();
    sink_.take(next_dead_letter("{ broken", "k"));
  }
};

TEST_F(refusing_broker_test,
       a_refused_output_is_written_again_by_a_new_producer) {
  open();
  refuse_next_commit();
  sink_.take(next_dead_letter("{ broken", "k"));
  EXPECT_EQ(ledger_.failed(), failure::aborted);
  EXPECT_EQ(broker_.writers, 2U);
  take_again();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(broker_.commits[0].records.at(0).headers.at("dlq-reason"),
            "invalid_json");
}

TEST_F(refusing_broker_test,
       refused_again_a_notice_without_value_stands_for_it) {
  open();
  refuse_next_commit();
  sink_.take(next_dead_letter("{ broken", "k"));
  refuse_next_commit();
  take_again();
  take_again();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  ASSERT_THAT(broker_.commits[0].records, SizeIs(1));
  const auto& notice = broker_.commits[0].records[0];
  EXPECT_EQ(notice.headers.at("dlq-reason"), "produce_rejected");
  EXPECT_EQ(notice.headers.at("dlq-truncated"), "8");
  EXPECT_EQ(notice.value, "");
  EXPECT_EQ(notice.key, "k");
}

TEST_F(refusing_broker_test, a_refused_notice_ends_the_process) {
  open();
  for (int time = 0; time < 2; ++time) {
    refuse_next_commit();
    if (time == 0) {
      sink_.take(next_dead_letter("{ broken", "k"));
    } else {
      take_again();
    }
  }
  refuse_next_commit();
  EXPECT_THROW(take_again(), cannot_go_on);
  EXPECT_THAT(broker_.commits, IsEmpty());
}

TEST_F(refusing_broker_test,
       what_was_refused_is_forgotten_once_it_is_committed) {
  open();
  refuse_next_commit();
  sink_.take(next_dead_letter("{ broken", "k"));
  take_again();
  ASSERT_THAT(broker_.commits, SizeIs(1));
  refuse_next_commit();
  take_again();  // a reset of the group's offset, say
  EXPECT_EQ(ledger_.failed(), failure::aborted);
  take_again();
  EXPECT_EQ(broker_.commits.back().records.at(0).headers.at("dlq-reason"),
            "invalid_json");
}

TEST_F(kafka_sink_test, offsets_do_not_pass_a_batch_that_is_incomplete) {
  open();
  take_first();
  auto made = next_with(output_kind::request);
  made->incomplete = true;
  sink_.take(std::move(made));
  EXPECT_EQ(ledger_.failed(), failure::aborted);
  sink_.finish();
  EXPECT_THAT(broker_.commits, SizeIs(1));
}

TEST_F(kafka_sink_test, a_revoked_epoch_is_committed_before_it_ends) {
  open();
  take_first();
  take_sighting();
  EXPECT_TRUE(close(ending::commit));
  ASSERT_THAT(broker_.commits, SizeIs(2));
  EXPECT_EQ(broker_.commits[1].positions, at(2));
  EXPECT_EQ(broker_.abandoned, 0U);
}

TEST_F(kafka_sink_test, a_lost_epoch_is_abandoned) {
  open();
  take_first();
  take_sighting();
  EXPECT_TRUE(close(ending::abort));
  EXPECT_THAT(broker_.commits, SizeIs(1));
  EXPECT_EQ(broker_.abandoned, 1U);
  EXPECT_THAT(broker_.pending, IsEmpty());
  EXPECT_EQ(sink_.deadline(), clock::time_point::max());
}

TEST_F(kafka_sink_test, a_last_commit_that_fails_does_not_hold_a_revocation) {
  open();
  take_first();
  take_sighting();
  broker_.to_commit = {write_outcome::aborted};
  EXPECT_TRUE(close(ending::commit));
  EXPECT_FALSE(ledger_.failed());
  EXPECT_THAT(broker_.commits, SizeIs(1));
}

TEST_F(kafka_sink_test, a_closed_epoch_leaves_nothing_to_the_next) {
  open();
  take_first();
  take_sighting();
  // The sink was busy, and nobody waited.
  ledger_.close(ending::commit, std::chrono::milliseconds(0));
  open(50);
  offset_ = 50;
  take_request();
  idle_when_due();
  ASSERT_THAT(broker_.commits, SizeIs(2));
  EXPECT_THAT(committed_topics(1), ElementsAre(settings_.output.requests));
  EXPECT_EQ(broker_.commits[1].positions, at(51));
  EXPECT_EQ(broker_.abandoned, 1U);
  EXPECT_EQ(observed_, 1U);
}

TEST_F(kafka_sink_test, a_closed_epoch_is_not_committed_when_its_time_comes) {
  open();
  take_first();
  settings_.commit.interval = std::chrono::milliseconds(200);
  take_sighting();
  const std::size_t commits = broker_.commits.size();
  ledger_.close(ending::commit, std::chrono::milliseconds(0));
  idle_when_due();
  EXPECT_EQ(broker_.abandoned, 1U);
  sink_.finish();
  EXPECT_EQ(broker_.commits.size(), commits);
}

TEST_F(kafka_sink_test, what_an_old_epoch_breaks_does_not_fail_the_next) {
  open();
  take_first();
  take_sighting();
  ledger_.close(ending::commit, std::chrono::milliseconds(0));
  open(50);
  offset_ = 50;
  broker_.to_abandon = {write_outcome::broken};
  take_request();
  idle_when_due();
  EXPECT_EQ(broker_.writers, 2U);
  EXPECT_FALSE(ledger_.failed());
  EXPECT_EQ(broker_.commits.back().positions, at(51));
}

}  // namespace
}  // namespace tokensieve
