#include "pipeline/stream_metrics.h"

#include "pipeline/process_usage.h"
#include "pipeline/version.h"

#include <prometheus/text_serializer.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace tokensieve {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

template <typename T>
double number(const T& value) {
  if constexpr (std::floating_point<T>) {
    return value;
  } else {
    return static_cast<double>(std::uint64_t{value});
  }
}

ClientMetric sample(MetricType type, double value, labels named = {}) {
  ClientMetric made;
  made.label = std::move(named);
  if (type == MetricType::Counter) made.counter.value = value;
  if (type == MetricType::Gauge) made.gauge.value = value;
  return made;
}

/// Families in the order in which they are added.
class family_list {
 public:
  template <typename T>
  void counter(std::string name, std::string help, const T& value) {
    add(MetricType::Counter, std::move(name), std::move(help), number(value));
  }
  template <typename T>
  void gauge(std::string name, std::string help, const T& value) {
    add(MetricType::Gauge, std::move(name), std::move(help), number(value));
  }

  /// One that has labels; add samples to what is returned at once.
  MetricFamily& family(MetricType type, std::string name, std::string help) {
    return all_.emplace_back(MetricFamily{.name = std::move(name),
                                          .help = std::move(help),
                                          .type = type,
                                          .metric = {}});
  }

  /// A sample for each value of an enumeration.
  template <typename Enum, std::size_t N>
  void by(const char* label, std::string name, std::string help,
          const std::array<std::atomic<std::uint64_t>, N>& values) {
    auto& made = family(MetricType::Counter, std::move(name), std::move(help));
    for (std::size_t i = 0; i < N; ++i) {
      made.metric.push_back(
          sample(MetricType::Counter, number(values[i]),
                 {{label, std::string(to_string(static_cast<Enum>(i)))}}));
    }
  }

  template <std::size_t N>
  void seconds(std::string name, std::string help, const histogram<N>& from) {
    auto& made =
        family(MetricType::Histogram, std::move(name), std::move(help));
    const auto now = from.read();
    ClientMetric& one = made.metric.emplace_back();
    one.histogram.sample_count = now.count;
    one.histogram.sample_sum = now.sum;
    for (std::size_t i = 0; i < N; ++i) {
      one.histogram.bucket.push_back({.cumulative_count = now.cumulative[i],
                                      .upper_bound = now.bounds[i]});
    }
  }

  std::vector<MetricFamily> take() { return std::move(all_); }

 private:
  void add(MetricType type, std::string name, std::string help, double value) {
    family(type, std::move(name), std::move(help))
        .metric.push_back(sample(type, value));
  }

  std::vector<MetricFamily> all_;
};

void add_input(family_list& to, const stream_totals& totals) {
  to.counter("tokensieve_records_consumed_total",
             "Records read from the input topics; again after a recovery.",
             totals.records_read);
  to.counter("tokensieve_bytes_consumed_total",
             "Bytes read: values, keys and content types.", totals.bytes_read);
  to.counter("tokensieve_records_scanned_total",
             "Records whose inspection is done.", totals.records);
  to.counter("tokensieve_bytes_scanned_total", "Bytes of their values.",
             totals.bytes);
  to.counter("tokensieve_records_empty_total",
             "Records with no value, or an empty one.", totals.empty);
  to.counter("tokensieve_records_failed_total",
             "Records that could not be inspected; they are dead letters.",
             totals.failed);
  to.counter("tokensieve_records_lost_total",
             "Records that retention deleted before they were read.",
             totals.lost_records);
}

void add_findings(family_list& to, const stream_totals& totals) {
  auto& found =
      to.family(MetricType::Counter, "tokensieve_tokens_found_total",
                "Occurrences of tokens in committed requests and sightings.");
  for (std::size_t kind = 0; kind < k_token_kinds; ++kind) {
    for (std::size_t checksum = 0; checksum < k_token_checksums; ++checksum) {
      found.metric.push_back(sample(
          MetricType::Counter, number(totals.tokens[kind][checksum]),
          {{"kind", std::string(to_string(static_cast<token_kind>(kind)))},
           {"checksum",
            std::string(to_string(static_cast<token_checksum>(checksum)))}}));
    }
  }
  to.counter("tokensieve_tokens_ignored_total",
             "Occurrences of known fakes (detection.ignore).", totals.ignored);
  to.by<rejection>("reason", "tokensieve_candidates_rejected_total",
                   "What looked like a token and is none.", totals.rejected);
  to.gauge("tokensieve_known_requests",
           "Requests that repeats are told by, in memory.",
           totals.known_requests);
  to.counter("tokensieve_known_requests_evicted_total",
             "Requests forgotten within the window for want of memory.",
             totals.evicted_requests);
  to.gauge("tokensieve_log_tail_bytes",
           "Memory of the ends of logs, for tokens that their chunks cut.",
           totals.log_tail_bytes);
  to.counter("tokensieve_log_tails_evicted_total",
             "Logs whose ends were given up for want of memory.",
             totals.evicted_logs);
  to.counter("tokensieve_follow_timeouts_total",
             "Starts that did not wait for all earlier requests.",
             totals.follow_timeouts);
}

void add_output(family_list& to, const stream_totals& totals) {
  to.counter("tokensieve_requests_produced_total",
             "Revocation requests committed.", totals.requests);
  to.counter("tokensieve_sightings_produced_total", "Sightings committed.",
             totals.sightings);
  to.by<dead_letter_reason>("reason", "tokensieve_dlq_records_total",
                            "Dead letters committed.", totals.dead_letters);
  auto& transactions =
      to.family(MetricType::Counter, "tokensieve_transactions_total",
                "Transactions, or commits of offsets, by how "
                "they ended; unknown: only the broker knows.");
  const auto ended = [&transactions](const char* how, std::uint64_t count) {
    transactions.metric.push_back(
        sample(MetricType::Counter, number(count), {{"result", how}}));
  };
  ended("committed", totals.commits);
  ended("aborted", totals.aborts);
  ended("unknown", totals.unknown_commits);
  to.seconds("tokensieve_transaction_duration_seconds",
             "Time that a successful commit took.", totals.commit_seconds);
  to.seconds("tokensieve_detection_latency_seconds",
             "From the record's Kafka timestamp until its request was "
             "committed.",
             totals.detection_seconds);
  to.counter("tokensieve_recoveries_total",
             "Times that the stream went back to its last commit.",
             totals.recoveries);
  to.counter("tokensieve_producer_fenced_total",
             "Commits refused because another has taken our place.",
             totals.fenced);
  to.counter("tokensieve_producer_restarts_total", "Producers made anew.",
             totals.producer_restarts);
  to.counter("tokensieve_consumer_restarts_total", "Consumers made anew.",
             totals.consumer_restarts);
}

void add_group(family_list& to, const stream_monitor& monitor,
               const epoch_ledger& ledger) {
  to.by<rebalance>("kind", "tokensieve_rebalances_total",
                   "How assignments began and ended.",
                   monitor.totals.rebalances);
  to.gauge("tokensieve_partitions_assigned",
           "Partitions that this process reads.", monitor.lag.assigned());
  const auto lags = monitor.lag.measure(ledger.positions().next);
  const auto each = [&](std::string name, std::string help, auto value_of) {
    auto& made = to.family(MetricType::Gauge, std::move(name), std::move(help));
    for (const auto& lag : lags) {
      made.metric.push_back(
          sample(MetricType::Gauge, value_of(lag),
                 {{"topic", lag.topic},
                  {"partition", std::to_string(lag.partition)}}));
    }
  };
  each("tokensieve_consumer_lag_records",
       "Offsets between the last commit and the end of the partition.",
       [](const auto& lag) { return static_cast<double>(lag.records); });
  each("tokensieve_consumer_lag_seconds",
       "Age of the last record read of a partition that lags, else 0.",
       [](const auto& lag) {
         return std::chrono::duration<double>(lag.age).count();
       });
}

void add_process(family_list& to, const stream_monitor& monitor,
                 const memory_units& units) {
  auto& unready_for = to.family(MetricType::Gauge, "tokensieve_not_ready",
                                "1 for each reason that /readyz tells.");
  for (std::size_t i = 0; i < k_unready_reasons; ++i) {
    const auto reason = static_cast<unready>(i);
    unready_for.metric.push_back(
        sample(MetricType::Gauge, monitor.state.is(reason) ? 1.0 : 0.0,
               {{"reason", std::string(to_string(reason))}}));
  }
  to.gauge("tokensieve_inflight_bytes",
           "Memory units in use: records read and not yet written.",
           units.in_use());
  to.gauge("tokensieve_memory_limit_bytes",
           "Memory units there are; at the limit the source waits.",
           units.budget());
  to.family(MetricType::Gauge, "tokensieve_build_info", "1, of this version.")
      .metric.push_back(sample(MetricType::Gauge, 1.0,
                               {{"version", std::string(version())}}));

  const process_usage usage = read_process_usage();
  to.gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
           usage.resident_bytes);
  to.counter("process_cpu_seconds_total",
             "Total user and system CPU time spent in seconds.",
             usage.cpu_seconds);
  to.gauge("process_start_time_seconds",
           "Start time of the process since unix epoch in seconds.",
           usage.start_seconds);
}

}  // namespace

std::vector<MetricFamily> stream_metrics::Collect() const {
  family_list all;
  add_input(all, monitor_.totals);
  add_findings(all, monitor_.totals);
  add_output(all, monitor_.totals);
  add_group(all, monitor_, ledger_);
  add_process(all, monitor_, units_);
  return all.take();
}

std::string stream_metrics::text() const {
  return prometheus::TextSerializer().Serialize(Collect());
}

}  // namespace tokensieve
