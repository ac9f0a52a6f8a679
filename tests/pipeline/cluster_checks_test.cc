#include "pipeline/cluster_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

using settings_map = std::map<std::string, std::string>;

constexpr auto k_ok = check_level::ok;
constexpr auto k_note = check_level::note;
constexpr auto k_warn = check_level::warn;
constexpr auto k_fail = check_level::fail;

auto says(check_level level, const std::string& text) {
  return AllOf(Field(&check::level, level),
               Field(&check::text, HasSubstr(text)));
}

class cluster_checks_test : public testing::Test {
 protected:
  cluster_checks_test() {
    settings_.input.topics = {"logs"};
    cluster_.topics["logs"] = {.partitions = 3, .replicas = 3};
    for (const auto& name :
         {settings_.output.requests, settings_.output.sightings,
          settings_.output.dead_letters}) {
      cluster_.topics[name] = {
          .partitions = 6,
          .replicas = 3,
          .settings = settings_map{{"cleanup.policy", "delete"},
                                   {"min.insync.replicas", "2"},
                                   {"max.message.bytes", "1048588"},
                                   {"retention.ms", "691200000"},
                                   {"retention.bytes", "-1"}}};
    }
  }

  topic_facts& requests() { return cluster_.topics[settings_.output.requests]; }
  void set(const std::string& name, const std::string& value) {
    requests().settings->insert_or_assign(name, value);
  }
  [[nodiscard]] checks outputs() const {
    return check_outputs(settings_, cluster_, "b.example:9092");
  }

  config settings_;
  cluster_facts cluster_;
};

TEST_F(cluster_checks_test, a_good_cluster_gets_a_line_a_topic) {
  EXPECT_THAT(check_inputs(settings_, cluster_),
              ElementsAre(says(k_ok, "3 partitions")));
  EXPECT_THAT(outputs(), AllOf(testing::SizeIs(3), Each(says(k_ok, "6 part"))));
}

TEST_F(cluster_checks_test, an_input_that_nobody_sees_is_a_failure) {
  settings_.input.topics = {"absent", "^none\\..*", "logs"};
  EXPECT_THAT(check_inputs(settings_, cluster_),
              ElementsAre(says(k_fail, "does not exist"),
                          says(k_warn, "no topic matches"),
                          says(k_ok, "3 partitions")));
}

TEST_F(cluster_checks_test, a_partition_without_leader_is_told) {
  cluster_.topics["logs"].without_leader = 1;
  requests().without_leader = 2;
  EXPECT_THAT(check_inputs(settings_, cluster_),
              ElementsAre(says(k_warn, "1 of 3 partitions")));
  EXPECT_THAT(outputs(), Contains(says(k_fail, "2 of its 6 partitions")));
}

TEST_F(cluster_checks_test, an_input_of_records_over_the_bound_says_what_fits) {
  settings_.memory = 96ULL << 20;
  settings_.input.max_event_bytes = 12ULL << 20;
  settings_map& of_input = cluster_.topics["logs"].settings.emplace();
  of_input["max.message.bytes"] = "12582912";
  EXPECT_THAT(check_inputs(settings_, cluster_),
              ElementsAre(says(k_ok, "3 partitions")));
  of_input["max.message.bytes"] = "67108864";
  EXPECT_THAT(check_inputs(settings_, cluster_),
              ElementsAre(says(k_warn,
                               "set memory to 512MiB and "
                               "input.max_event_bytes to 64MiB"),
                          says(k_ok, "3 partitions")));
}

TEST_F(cluster_checks_test, an_input_that_may_inflate_without_bound_is_told) {
  settings_map& of_input = cluster_.topics["logs"].settings.emplace();
  for (const char* unbounded : {"producer", "gzip", "zstd"}) {
    of_input["compression.type"] = unbounded;
    EXPECT_THAT(check_inputs(settings_, cluster_),
                ElementsAre(says(k_note, "where strangers' logs are sent so"),
                            says(k_ok, "3 partitions")));
  }
  for (const char* bounded : {"lz4", "snappy", "uncompressed"}) {
    of_input["compression.type"] = bounded;
    EXPECT_THAT(check_inputs(settings_, cluster_),
                ElementsAre(says(k_ok, "3 partitions")));
  }
}

TEST_F(cluster_checks_test, a_missing_output_names_the_command) {
  cluster_.topics.erase(settings_.output.sightings);
  EXPECT_THAT(outputs(),
              Contains(says(k_fail, "create-topics --bootstrap b.example")));
}

TEST_F(cluster_checks_test, what_can_lose_records_is_a_warning) {
  requests().replicas = 1;
  set("min.insync.replicas", "1");
  EXPECT_THAT(outputs(), Contains(says(k_warn, "one copy of each")));
  requests().replicas = 3;
  EXPECT_THAT(outputs(), Contains(says(k_warn, "min.insync.replicas=1")));
  set("unclean.leader.election.enable", "true");
  EXPECT_THAT(outputs(), Contains(says(k_warn, "unclean.leader.election")));
  set("retention.bytes", "1000");
  EXPECT_THAT(outputs(), Contains(says(k_warn, "retention.bytes=1000")));
}

TEST_F(cluster_checks_test, the_request_topic_outlives_the_window) {
  settings_.detection.window = std::chrono::hours(24);
  set("retention.ms", "86399999");
  EXPECT_THAT(outputs(), Contains(says(k_fail, "below detection.window")));
  set("retention.ms", "90000000");
  EXPECT_THAT(outputs(), Contains(says(k_warn, "1 h beyond")));
  set("retention.ms", "172800000");
  EXPECT_THAT(outputs(), Each(says(k_ok, "retention.ms")));
  set("retention.ms", "-1");
  EXPECT_THAT(outputs(), Each(says(k_ok, "retention.ms")));
}

TEST_F(cluster_checks_test, no_output_is_compacted) {
  for (const char* policy : {"compact", "compact,delete"}) {
    set("cleanup.policy", policy);
    EXPECT_THAT(outputs(), Contains(says(k_fail, "compaction keeps the last")));
  }
}

TEST_F(cluster_checks_test, settings_that_may_not_be_read_are_a_note) {
  requests().settings.reset();
  EXPECT_THAT(outputs(), Contains(says(k_note, "DescribeConfigs")));
}

TEST_F(cluster_checks_test, members_beyond_the_largest_input_have_no_work) {
  cluster_.topics["more"] = {.partitions = 5, .replicas = 3};
  settings_.input.topics = {"logs", "more"};
  cluster_.members = 5;
  EXPECT_THAT(check_members(settings_, cluster_),
              ElementsAre(says(k_ok, "5 members now")));
  cluster_.members = 7;
  EXPECT_THAT(check_members(settings_, cluster_),
              ElementsAre(says(k_warn, "2 have nothing to do")));
  cluster_.members.reset();
  EXPECT_THAT(check_members(settings_, cluster_),
              ElementsAre(says(k_note, "could not be told")));
}

TEST_F(cluster_checks_test, the_brokers_limit_bounds_a_transaction) {
  const auto judge = [&](int configured) {
    return check_transaction_limit(milliseconds(configured), cluster_);
  };
  EXPECT_THAT(judge(10'000), says(k_note, "could not be told"));
  cluster_.broker_settings =
      settings_map{{"transaction.max.timeout.ms", "900000"}};
  EXPECT_THAT(judge(900'000), says(k_ok, "900000"));
  EXPECT_THAT(judge(900'001), says(k_fail, "is above"));
}

TEST(clock_check_test, a_record_tells_whose_clock_is_ahead) {
  const auto now = std::chrono::time_point_cast<milliseconds>(
      std::chrono::system_clock::now());
  const auto judge = [&](int age_ms, bool by_broker) {
    const std::vector<record_stamp> newest{
        {now - milliseconds(age_ms) - std::chrono::hours(1), by_broker},
        {now - milliseconds(age_ms), by_broker}};
    return check_clock(newest, now);
  };
  EXPECT_THAT(judge(1000, true), says(k_ok, "within 1.0 s"));
  EXPECT_THAT(judge(-1000, true), says(k_ok, "within"));
  EXPECT_THAT(judge(1000, false), says(k_note, "1.0 s ago"));
  EXPECT_THAT(judge(60'000, true), says(k_note, "60.0 s ago"));
  EXPECT_THAT(judge(-60'000, true), says(k_warn, "the broker's clock"));
  EXPECT_THAT(judge(-60'000, false), says(k_warn, "producer's clock"));
  EXPECT_THAT(check_clock({}, now), says(k_note, "could not be told"));
}

}  // namespace
}  // namespace tokensieve
