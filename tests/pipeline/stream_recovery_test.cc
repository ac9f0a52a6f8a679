// Records that trickle in, and commits that are refused.

#include "tests/pipeline/faulty_broker.h"
#include "tests/pipeline/stream_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::SizeIs;

class stream_recovery_test : public stream_fixture<faulty_broker> {
 protected:
  // The offsets' start is committed first, in a commit of its own.
  void wait_for_first_commit() {
    ASSERT_TRUE(wait_for([this] { return totals_.commits >= 1; }));
  }
};

TEST_F(stream_recovery_test, a_steady_trickle_holds_no_request_back) {
  // Unlike Kafka, this broker answers a fetch that has to wait at its end
  // only, though records come in.
  settings_.kafka.consumer["fetch.wait.max.ms"] = "5";
  run([this] {
    produce(event("npm ci"));
    ASSERT_TRUE(wait_for([this] { return totals_.records >= 1; }));
    produce(event("x " + token_));
    // More comes before anybody has waited long; far less than fills a batch.
    for (int more = 0; more < 1000 && observed_ == 0; ++more) {
      produce(event("npm ci"));
      std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_EQ(observed_, 1U);
  });
}

TEST_F(stream_recovery_test,
       what_was_not_committed_is_read_again_and_requested_once) {
  run([this] {
    produce(event("x " + token_));
    ASSERT_TRUE(wait_for([this] { return observed_ == 1; }));
    broker_.refuse(faulty_broker::k_offset_commit,
                   RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    produce(event("x " + samples::granular(random_)));
    ASSERT_TRUE(wait_for([this] { return observed_ == 2; }));
  });
  EXPECT_EQ(totals_.aborts, 1U);
  EXPECT_EQ(committed_offset(), 2);
  const auto requests = records_of(settings_.output.requests);
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_NE(requests[0].value, requests[1].value);
  // The second was on its topic already when its record was read again.
  EXPECT_THAT(records_of(settings_.output.sightings), SizeIs(1));
}

// The token's first half is committed before the commit that is refused.
TEST_F(stream_recovery_test, a_token_is_found_whose_log_was_cut_by_a_recovery) {
  run([this] {
    produce(event("npm " + token_.substr(0, 20)));
    ASSERT_TRUE(wait_for([this] { return committed_offset() == 1; }));
    broker_.refuse(faulty_broker::k_offset_commit,
                   RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE);
    produce(event(samples::granular(random_)), "another log");
    ASSERT_TRUE(wait_for([this] { return observed_ == 1; }));
    produce(event(token_.substr(20)));
    ASSERT_TRUE(wait_for([this] { return observed_ == 2; }));
  });
  EXPECT_EQ(totals_.aborts, 1U);
  const auto requests = records_of(settings_.output.requests);
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_THAT(requests[1].value, HasSubstr(token_));
  EXPECT_THAT(requests[1].value, HasSubstr(R"("partition":0,"offset":0,)"));
}

TEST_F(stream_recovery_test, commits_that_may_not_be_made_are_status_4) {
  run(
      [this] {
        wait_for_first_commit();
        broker_.refuse(faulty_broker::k_offset_commit,
                       RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
        produce(event("x " + token_));
        ASSERT_TRUE(
            wait_for([] { return stop_requested() != stop_level::none; }));
      },
      k_exit_cannot_go_on);
}

}  // namespace
}  // namespace tokensieve
