#include "pipeline/stream_metrics.h"

#include "pipeline/stream_http.h"
#include "pipeline/version.h"
#include "tests/schemas/sample_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

/// Prometheus' text format, read without the code that writes it.
struct exposition {
  std::map<std::string, std::string> types;  // by family
  std::map<std::string, std::string> helps;
  std::map<std::string, double> samples;  // by name and labels
  std::vector<std::string> faults;

  explicit exposition(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      read(line);
  }

  double at(const std::string& sample) const {
    const auto found = samples.find(sample);
    EXPECT_NE(found, samples.end()) << sample;
    return found == samples.end() ? -1 : found->second;
  }

 private:
  void read(const std::string& line) {
    std::istringstream words(line);
    std::string hash;
    std::string what;
    std::string name;
    if (line.starts_with("#")) {
      words >> hash >> what >> name;
      std::string rest;
      std::getline(words >> std::ws, rest);
      auto& to = what == "TYPE" ? types : helps;
      if (!to.emplace(name, rest).second) faults.push_back("twice: " + line);
      return;
    }
    const auto space = line.rfind(' ');
    const std::string sample = line.substr(0, space);
    if (!samples.emplace(sample, std::stod(line.substr(space + 1))).second) {
      faults.push_back("twice: " + line);
    }
    std::string family = sample.substr(0, sample.find('{'));
    for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
      const std::string base =
          family.ends_with(suffix)
              ? family.substr(0, family.size() - suffix.size())
              : "";
      if (types.contains(base)) family = base;
    }
    if (!types.contains(family) || !helps.contains(family)) {
      faults.push_back("of no family: " + line);
    }
  }
};

class stream_metrics_test : public testing::Test {
 protected:
  [[nodiscard]] exposition read() const { return exposition(metrics_.text()); }

  const std::string logs_ = "ci.build-logs";
  stream_totals totals_;
  stream_monitor monitor_{.totals = totals_};
  memory_units units_{1 << 20};
  epoch_ledger ledger_;
  stream_metrics metrics_{monitor_, units_, ledger_};
};

TEST_F(stream_metrics_test, the_text_is_well_formed) {
  EXPECT_THAT(read().faults, testing::IsEmpty());
}

TEST_F(stream_metrics_test, names_say_what_they_are) {
  const exposition text = read();
  for (const auto& [name, type] : text.types) {
    EXPECT_TRUE(name.starts_with("tokensieve_") || name.starts_with("process_"))
        << name;
    EXPECT_EQ(name.ends_with("_total"), type == "counter") << name;
    EXPECT_EQ(name.ends_with("_seconds") && name.starts_with("tokensieve_") &&
                  name != "tokensieve_consumer_lag_seconds",
              type == "histogram")
        << name;
    EXPECT_FALSE(text.helps.at(name).empty()) << name;
    EXPECT_TRUE(text.helps.at(name).ends_with('.')) << name;
  }
}

TEST_F(stream_metrics_test, every_published_name_is_there) {
  const exposition text = read();
  for (const char* name : {"tokensieve_records_consumed_total",
                           "tokensieve_bytes_consumed_total",
                           "tokensieve_records_scanned_total",
                           "tokensieve_tokens_found_total",
                           "tokensieve_candidates_rejected_total",
                           "tokensieve_requests_produced_total",
                           "tokensieve_sightings_produced_total",
                           "tokensieve_dlq_records_total",
                           "tokensieve_transactions_total",
                           "tokensieve_transaction_duration_seconds",
                           "tokensieve_producer_fenced_total",
                           "tokensieve_rebalances_total",
                           "tokensieve_partitions_assigned",
                           "tokensieve_consumer_lag_records",
                           "tokensieve_consumer_lag_seconds",
                           "tokensieve_detection_latency_seconds",
                           "tokensieve_inflight_bytes",
                           "tokensieve_memory_limit_bytes",
                           "tokensieve_build_info",
                           "tokensieve_follow_timeouts_total",
                           "process_resident_memory_bytes",
                           "process_cpu_seconds_total",
                           "process_start_time_seconds"}) {
    EXPECT_THAT(text.types, Contains(Key(name)));
  }
  EXPECT_EQ(text.at("tokensieve_build_info{version=\"" +
                    std::string(version()) + "\"}"),
            1);
}

TEST_F(stream_metrics_test, they_agree_with_the_totals) {
  totals_.records_read = 11;
  totals_.bytes_read = 12;
  totals_.records = 13;
  totals_.bytes = 14;
  totals_.requests = 15;
  totals_.sightings = 16;
  totals_.empty = 17;
  totals_.commits = 18;
  totals_.aborts = 19;
  totals_.unknown_commits = 20;
  totals_.recoveries = 21;
  totals_.fenced = 22;
  totals_.follow_timeouts = 23;
  totals_.known_requests = 24;
  totals_.ignored = 25;
  totals_.lost_records = 26;
  totals_.failed = 27;
  totals_.producer_restarts = 28;
  totals_.consumer_restarts = 29;
  totals_.evicted_requests = 30;
  totals_.log_tail_bytes = 31;
  totals_.evicted_logs = 32;
  const exposition text = read();
  EXPECT_EQ(text.at("tokensieve_records_consumed_total"), 11);
  EXPECT_EQ(text.at("tokensieve_bytes_consumed_total"), 12);
  EXPECT_EQ(text.at("tokensieve_records_scanned_total"), 13);
  EXPECT_EQ(text.at("tokensieve_bytes_scanned_total"), 14);
  EXPECT_EQ(text.at("tokensieve_requests_produced_total"), 15);
  EXPECT_EQ(text.at("tokensieve_sightings_produced_total"), 16);
  EXPECT_EQ(text.at("tokensieve_records_empty_total"), 17);
  EXPECT_EQ(text.at("tokensieve_transactions_total{result=\"committed\"}"), 18);
  EXPECT_EQ(text.at("tokensieve_transactions_total{result=\"aborted\"}"), 19);
  EXPECT_EQ(text.at("tokensieve_transactions_total{result=\"unknown\"}"), 20);
  EXPECT_EQ(text.at("tokensieve_recoveries_total"), 21);
  EXPECT_EQ(text.at("tokensieve_producer_fenced_total"), 22);
  EXPECT_EQ(text.at("tokensieve_follow_timeouts_total"), 23);
  EXPECT_EQ(text.at("tokensieve_known_requests"), 24);
  EXPECT_EQ(text.at("tokensieve_tokens_ignored_total"), 25);
  EXPECT_EQ(text.at("tokensieve_records_lost_total"), 26);
  EXPECT_EQ(text.at("tokensieve_records_failed_total"), 27);
  EXPECT_EQ(text.at("tokensieve_producer_restarts_total"), 28);
  EXPECT_EQ(text.at("tokensieve_consumer_restarts_total"), 29);
  EXPECT_EQ(text.at("tokensieve_known_requests_evicted_total"), 30);
  EXPECT_EQ(text.at("tokensieve_log_tail_bytes"), 31);
  EXPECT_EQ(text.at("tokensieve_log_tails_evicted_total"), 32);
}

TEST_F(stream_metrics_test, each_value_of_a_label_is_there_from_the_start) {
  for (std::size_t i = 0; i < k_rejections; ++i)
    totals_.rejected[i] = 100 + i;
  for (std::size_t i = 0; i < k_dead_letter_reasons; ++i)
    totals_.dead_letters[i] = 200 + i;
  for (std::size_t i = 0; i < k_rebalances; ++i)
    totals_.rebalances[i] = 300 + i;
  totals_.tokens[1][1] = 400;
  const exposition text = read();
  for (std::size_t i = 0; i < k_rejections; ++i) {
    EXPECT_EQ(
        text.at("tokensieve_candidates_rejected_total{reason=\"" +
                std::string(to_string(static_cast<rejection>(i))) + "\"}"),
        static_cast<double>(100 + i));
  }
  for (std::size_t i = 0; i < k_dead_letter_reasons; ++i) {
    EXPECT_EQ(
        text.at("tokensieve_dlq_records_total{reason=\"" +
                std::string(to_string(static_cast<dead_letter_reason>(i))) +
                "\"}"),
        static_cast<double>(200 + i));
  }
  EXPECT_EQ(text.at("tokensieve_rebalances_total{kind=\"assigned\"}"), 300);
  EXPECT_EQ(text.at("tokensieve_rebalances_total{kind=\"revoked\"}"), 301);
  EXPECT_EQ(text.at("tokensieve_rebalances_total{kind=\"lost\"}"), 302);
  EXPECT_EQ(text.at("tokensieve_tokens_found_total{kind=\"granular\","
                    "checksum=\"valid\"}"),
            400);
  EXPECT_EQ(text.at("tokensieve_tokens_found_total{kind=\"legacy\","
                    "checksum=\"none\"}"),
            0);
}

TEST_F(stream_metrics_test, a_histogram_has_buckets_a_sum_and_a_count) {
  totals_.commit_seconds.observe(std::chrono::milliseconds(20));
  totals_.commit_seconds.observe(std::chrono::seconds(40));
  const exposition text = read();
  const std::string name = "tokensieve_transaction_duration_seconds";
  EXPECT_EQ(text.at(name + "_bucket{le=\"0.01\"}"), 0);
  EXPECT_EQ(text.at(name + "_bucket{le=\"0.025\"}"), 1);
  EXPECT_EQ(text.at(name + "_bucket{le=\"30\"}"), 1);
  EXPECT_EQ(text.at(name + "_bucket{le=\"+Inf\"}"), 2);
  EXPECT_EQ(text.at(name + "_count"), 2);
  EXPECT_DOUBLE_EQ(text.at(name + "_sum"), 40.02);
}

TEST_F(stream_metrics_test, the_lag_is_from_our_own_commits) {
  ledger_.open({}, {.next = {{{logs_, 0}, 40}, {{logs_, 1}, 0}}});
  monitor_.lag.assign(ledger_.positions().next);
  monitor_.lag.set_end(logs_, 0, 100);
  exposition text = read();
  EXPECT_EQ(text.at("tokensieve_partitions_assigned"), 2);
  const std::string where = "{topic=\"ci.build-logs\",partition=\"0\"}";
  EXPECT_EQ(text.at("tokensieve_consumer_lag_records" + where), 60);
  EXPECT_GE(text.at("tokensieve_consumer_lag_seconds" + where), 0);
  // Its end is not known yet.
  EXPECT_THAT(text.samples,
              Not(Contains(Key("tokensieve_consumer_lag_records{topic=\"ci."
                               "build-logs\",partition=\"1\"}"))));

  ledger_.committed(1, {.next = {{{logs_, 0}, 100}}});
  text = read();
  EXPECT_EQ(text.at("tokensieve_consumer_lag_records" + where), 0);
  EXPECT_EQ(text.at("tokensieve_consumer_lag_seconds" + where), 0);
}

TEST_F(stream_metrics_test, units_in_use_are_told_with_their_limit) {
  const auto lease = units_.acquire(1000, std::chrono::milliseconds(0));
  const exposition text = read();
  EXPECT_EQ(text.at("tokensieve_inflight_bytes"), 1000);
  EXPECT_EQ(text.at("tokensieve_memory_limit_bytes"), 1 << 20);
}

TEST_F(stream_metrics_test, why_it_is_not_ready_is_told_by_reason) {
  monitor_.state.set(unready::lost_offsets, "logs [3]: offsets 0 to 41");
  const exposition text = read();
  EXPECT_EQ(text.at("tokensieve_not_ready{reason=\"lost_offsets\"}"), 1);
  EXPECT_EQ(text.at("tokensieve_not_ready{reason=\"broker_down\"}"), 0);
}

TEST_F(stream_metrics_test, the_process_is_told_as_everywhere) {
  const exposition text = read();
  EXPECT_GT(text.at("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(text.at("process_cpu_seconds_total"), 0);
  const double started = text.at("process_start_time_seconds");
  const double now = std::chrono::duration<double>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  EXPECT_LE(started, now);
  EXPECT_GT(started, now - 3600);
}

TEST_F(stream_metrics_test, no_token_is_ever_shown) {
  output_counts written;
  written.add(emission{output_kind::request, full_token(k_granular_token),
                       sample_origin()});
  written.add(emission{output_kind::sighting, full_token(k_legacy_token),
                       sample_origin()});
  totals_.add(written, std::chrono::system_clock::now());
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("kind=\"granular\",checksum=\"valid\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr(k_granular_token)));
  EXPECT_THAT(text, Not(HasSubstr(k_legacy_token)));
  EXPECT_THAT(text, Not(HasSubstr("SYNTHETIC")));
}

TEST_F(stream_metrics_test, probes_say_yes_or_why_not) {
  const http_handlers paths = stream_http(monitor_, units_, ledger_);
  EXPECT_EQ(paths.at("/readyz")().status, 200);
  EXPECT_EQ(paths.at("/readyz")().body, "ready\n");
  EXPECT_EQ(paths.at("/livez")().body, "alive\n");
  monitor_.state.set(unready::not_assigned);
  monitor_.state.set(unready::lost_offsets, "logs [3]: offsets 0 to 41");
  EXPECT_EQ(paths.at("/readyz")().status, 503);
  EXPECT_EQ(paths.at("/readyz")().body,
            "not_assigned\nlost_offsets: logs [3]: offsets 0 to 41\n");
  // That is no reason to be restarted.
  EXPECT_EQ(paths.at("/livez")().status, 200);
  monitor_.state.source_thread.beat(health::clock::time_point{});
  EXPECT_EQ(paths.at("/livez")().status, 503);
  EXPECT_THAT(paths.at("/livez")().body, HasSubstr("source thread"));
  EXPECT_THAT(std::string(paths.at("/metrics")().content_type),
              HasSubstr("version=0.0.4"));
}

}  // namespace
}  // namespace tokensieve
