// What a running stream tells over HTTP.

#include "pipeline/embedded_broker.h"
#include "pipeline/http_server.h"
#include "tests/pipeline/http_client.h"
#include "tests/pipeline/stream_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::Not;

class stream_http_test : public stream_fixture<embedded_broker> {
 protected:
  stream_http_test() {
    settings_.http.listen = fmt::format("127.0.0.1:{}", free_port());
  }

  [[nodiscard]] int ready() const {
    try {
      return get(settings_.http.listen, "/readyz").status;
    } catch (const std::runtime_error&) {
      return 0;  // does not listen yet
    }
  }
  [[nodiscard]] std::string metrics() const {
    return get(settings_.http.listen, "/metrics").body;
  }
};

TEST_F(stream_http_test, it_is_ready_once_it_reads_and_says_what_it_did) {
  run([this] {
    ASSERT_TRUE(wait_for([this] { return ready() == 200; }));
    produce(event("x " + token_));
    produce(event("again " + token_));
    produce("{\"type\":\"build_log\",");
    ASSERT_TRUE(wait_for([this] {
      return metrics().find("tokensieve_sightings_produced_total 1\n") !=
             std::string::npos;
    }));
    ASSERT_TRUE(wait_for([this] {
      return metrics().find("reason=\"invalid_json\"} 1\n") !=
             std::string::npos;
    }));
    const std::string text = metrics();
    EXPECT_THAT(text, HasSubstr("tokensieve_records_consumed_total 3\n"));
    EXPECT_THAT(text, HasSubstr("tokensieve_requests_produced_total 1\n"));
    EXPECT_THAT(text, HasSubstr("tokensieve_partitions_assigned 2\n"));
    EXPECT_THAT(text,
                HasSubstr("tokensieve_detection_latency_seconds_count 1\n"));
    EXPECT_THAT(text, Not(HasSubstr(token_)));
    EXPECT_EQ(get(settings_.http.listen, "/livez").status, 200);
  });
}

TEST_F(stream_http_test, a_port_that_is_taken_is_a_configuration_error) {
  const auto holder = http_server::listen(
      parse_listen_address(settings_.http.listen).value(), {});
  ASSERT_TRUE(holder);
  EXPECT_EQ(run_stream(settings_, totals_, {}), k_exit_configuration);
}

}  // namespace
}  // namespace tokensieve
