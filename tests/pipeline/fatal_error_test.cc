// An error that no retry helps against ends the process, with the status and
// the advice of the table.

#include "pipeline/log.h"
#include "tests/pipeline/injection_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <future>
#include <ostream>
#include <string>

namespace tokensieve {

void PrintTo(const fatal_error& error, std::ostream* out) {
  *out << rd_kafka_err2name(error.why);
}

namespace {

using testing::HasSubstr;
using testing::Not;

class fatal_error_test : public injection_fixture,
                         public testing::WithParamInterface<fatal_error> {
 protected:
  fatal_error_test() : injection_fixture(GetParam().exactly_once) {}

  /// As main does.
  int run_program() {
    try {
      return run_stream(settings_, totals_, {});
    } catch (const std::exception& failure) {
      log_end(failure.what());
    }
    return k_exit_cannot_go_on;
  }
};

TEST_P(fatal_error_test, ends_the_process_and_says_what_helps) {
  constexpr int k_often = 100;
  const std::string token = plant();
  const fatal_error& error = GetParam();
  // Any broker may be asked where a coordinator is.
  if (error.at == api::find_coordinator) leave_one_broker();
  const std::int32_t broker = broker_of(who::coordinator, error.at);
  refuse(broker, error.at, error.why, k_often);
  testing::internal::CaptureStderr();
  set_up_log({});
  auto status =
      std::async(std::launch::async, [this] { return run_program(); });
  const bool ended = status.wait_for(k_patience) == std::future_status::ready;
  if (!ended) request_stop();
  EXPECT_TRUE(ended) << "goes on for ever";
  EXPECT_EQ(status.get(), error.status);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, HasSubstr(error.remedy));
  EXPECT_THAT(log, Not(HasSubstr(token)));
  EXPECT_FALSE(was_refused(broker, error.at)) << "asked too often";
}

INSTANTIATE_TEST_SUITE_P(
    table, fatal_error_test, testing::ValuesIn(fatal_errors()),
    [](const auto& row) {
      return std::to_string(static_cast<int>(row.param.at)) + "_" +
             rd_kafka_err2name(row.param.why) +
             (row.param.exactly_once ? "" : "_at_least_once");
    });

}  // namespace
}  // namespace tokensieve
