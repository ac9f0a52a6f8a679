// A process that has our instance name takes our place again and again, and
// one of the two must end, or neither gets anything done.

#include "tests/pipeline/injection_fixture.h"

#include <gtest/gtest.h>

#include <chrono>

namespace tokensieve {
namespace {

class twin_test : public injection_fixture {
 protected:
  twin_test() : injection_fixture(true) {}

  void fence_consumer() {
    refuse(broker_of(who::coordinator, api::heartbeat), api::heartbeat,
           RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
  }
  [[nodiscard]] bool rejoins(std::uint64_t times) {
    return wait_for([&] { return totals_.consumer_restarts >= times; });
  }
};

// Seen in the scenario `twins` (seed 301): what the twin's producer does to
// ours begins a recovery, and a consumer that was fenced in the midst of it was
// made anew for being unable to rewind.
TEST_F(twin_test, a_fence_that_a_recovery_meets_counts) {
  const std::int32_t leader = broker_of(who::input, api::list_offsets);
  run(
      [&] {
        produce(event("a chunk of a log, which a recovery replays"));
        ASSERT_TRUE(wait_for([this] { return totals_.commits >= 2; }));
        // The recovery asks where the log begins, and has to wait for that
        // while heartbeats go on.
        broker_.delay(leader, static_cast<std::int16_t>(api::list_offsets),
                      std::chrono::seconds(1));
        refuse(broker_of(who::coordinator, api::add_offsets), api::add_offsets,
               RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
        plant();
        ASSERT_TRUE(
            wait_for([&] { return was_refused(leader, api::list_offsets); }));
        fence_consumer();
        ASSERT_TRUE(rejoins(1));
        ASSERT_TRUE(wait_for([this] { return observed_ >= 1; }));
        fence_consumer();
        EXPECT_TRUE(
            wait_for([] { return stop_requested() != stop_level::none; }));
      },
      k_exit_duplicate_instance);
}

}  // namespace
}  // namespace tokensieve
