#include "pipeline/stream.h"

#include "detectors/signatures.h"
#include "pipeline/commands.h"
#include "pipeline/engine.h"
#include "pipeline/epoch_ledger.h"
#include "pipeline/http_server.h"
#include "pipeline/kafka_client.h"
#include "pipeline/kafka_follower.h"
#include "pipeline/kafka_settings.h"
#include "pipeline/kafka_sink.h"
#include "pipeline/kafka_source.h"
#include "pipeline/kafka_trouble.h"
#include "pipeline/log.h"
#include "pipeline/memory_units.h"
#include "pipeline/published_requests.h"
#include "pipeline/stop_deadline.h"
#include "pipeline/stop_signal.h"
#include "pipeline/stream_http.h"
#include "pipeline/stream_monitor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::chrono::milliseconds k_broker_patience{30'000};
constexpr std::chrono::milliseconds k_settling{5'000};
constexpr std::chrono::milliseconds k_poll{500};

// Of `memory`, a quarter holds what is in flight, an eighth each the client's
// two queues, an eighth the known requests, a sixteenth the ends of logs; the
// rest is for the fetches that held records pin, the workers' parsers and the
// program.
constexpr std::uint64_t k_in_flight_share = 4;
constexpr std::uint64_t k_known_share = 8;
constexpr std::uint64_t k_seam_share = 16;
// Of the known requests this part are our own of late: what is read back from
// the topic moves to the others.
constexpr std::uint64_t k_pending_share = 4;

/// One a live process: the same one frees what a dead predecessor left open.
std::string transactional_id(const config& settings) {
  if (!settings.instance.empty()) {
    return fmt::format("{}-{}", settings.input.group, settings.instance);
  }
  std::random_device random;
  return fmt::format("{}-{:08x}{:08x}", settings.input.group, random(),
                     random());
}

struct outputs {
  std::size_t max_record_bytes = 0;
  bool usable = false;
};

/// The outputs must exist before a producer asks for them: a broker that
/// creates topics on demand would make one out of a typing error.
outputs check_outputs(const config& settings) {
  const std::vector<std::string> topics = output_topics(settings);
  kafka_trouble trouble;
  const kafka_client client = make_consumer(settings, trouble.watched_conf());
  std::vector<topic_check> checks;
  const auto limit = std::chrono::steady_clock::now() + k_broker_patience;
  while (checks.empty()) {
    if (stop_requested() != stop_level::none) return {};
    checks = check_topics(client.get(), topics, k_poll);
    if (checks.empty() && std::chrono::steady_clock::now() >= limit) {
      log_end(fmt::format(
          "no broker of {} answered within {} s; {}",
          client_property(client.get(), "bootstrap.servers").value_or("?"),
          k_broker_patience.count() / 1000, trouble.describe(client.get())));
      return {};
    }
  }
  // A topic that has only just been created is not known to every broker yet.
  const auto settled = std::chrono::steady_clock::now() + k_settling;
  const auto is_missing = [](const topic_check& check) {
    return check.error != RD_KAFKA_RESP_ERR_NO_ERROR;
  };
  while (std::ranges::any_of(checks, is_missing) &&
         std::chrono::steady_clock::now() < settled &&
         stop_requested() == stop_level::none) {
    pause_unless_stopped(k_poll);
    if (auto again = check_topics(client.get(), topics, k_poll);
        !again.empty()) {
      checks = std::move(again);
    }
  }
  bool all = true;
  for (const topic_check& check : checks) {
    if (!is_missing(check)) continue;
    all = false;
    report_missing_output(client.get(), check.name, check.error);
  }
  if (!all) return {};
  return {smallest_message_limit(client.get(), topics, k_broker_patience),
          true};
}

/// What the topics take now; the last word on it where nobody answers.
std::size_t ask_message_limit(const config& settings) {
  const kafka_client client =
      make_consumer(settings, kafka_conf(rd_kafka_conf_new()));
  return smallest_message_limit(client.get(), output_topics(settings),
                                k_settling);
}

/// Called by the sink again and again while the broker is away.
std::unique_ptr<output_writer> make_writer(const config& settings,
                                           const std::string& id,
                                           std::size_t max_record_bytes,
                                           stream_monitor& monitor) {
  monitor.state.sink_thread.beat();
  monitor.state.set(unready::no_producer);
  auto made = make_output_writer(settings, id, max_record_bytes, [&monitor] {
    ++monitor.totals.fenced;
    monitor.state.set(unready::fenced);
  });
  monitor.state.clear(unready::no_producer);
  return made;
}

}  // namespace

int run_stream(const config& settings) {
  const stop_deadline deadline(recovery_limit(settings) + k_settling);
  stream_totals totals;
  return run_stream(settings, totals, {});
}

int run_stream(const config& settings, stream_totals& totals,
               kafka_sink::observer watch) {
  memory_units units(settings.memory / k_in_flight_share);
  epoch_ledger ledger;
  stream_monitor monitor{.totals = totals};
  monitor.state.set(unready::starting);
  std::unique_ptr<http_server> http;
  if (!settings.http.listen.empty()) {
    auto listening =
        http_server::listen(parse_listen_address(settings.http.listen).value(),
                            stream_http(monitor, units, ledger));
    if (!listening) {
      log_end(listening.error().message);
      return k_exit_configuration;
    }
    http = std::move(*listening);
    log_info("http: listening on {}", http->address());
  }
  const outputs checked = check_outputs(settings);
  if (!checked.usable) {
    return stop_requested() == stop_level::none ? k_exit_configuration
                                                : k_exit_stopped;
  }
  std::atomic<std::uint64_t> committed{0};
  const std::string id = transactional_id(settings);
  kafka_sink output(
      settings, ledger, committed, totals,
      [&, first = true]() mutable {
        // A limit may have been changed since.
        const std::size_t limit = std::exchange(first, false)
                                      ? checked.max_record_bytes
                                      : ask_message_limit(settings);
        return make_writer(settings, id, limit, monitor);
      },
      std::move(watch));
  const auto window = std::chrono::duration_cast<std::chrono::seconds>(
      settings.detection.window);
  const std::uint64_t known =
      settings.memory / k_known_share / request_index::k_bytes_a_request;
  const std::uint64_t pending = known / k_pending_share;
  published_requests published(window, known - pending);
  kafka_follower follower(settings, published);
  monitor.state.set(unready::not_assigned);
  kafka_source input(settings, units, ledger, monitor, &follower);
  engine stream(
      {.threads = settings.threads,
       .min_confidence = settings.detection.min_confidence,
       .depth = settings.detection.depth,
       .seam_bytes = settings.memory / k_seam_share,
       .max_event_bytes = settings.input.max_event_bytes,
       .assembling = {.window = window,
                      .known_requests = pending,
                      .published = &published,
                      .ignore = settings.detection.ignore.fingerprints}},
      signatures::compile(), committed);

  log_info("reading {} as {}{}", fmt::join(settings.input.topics, ", "),
           settings.input.group,
           settings.instance.empty() ? "" : "/" + settings.instance);
  int status = k_exit_stopped;
  try {
    watched_source watched_input(input, monitor);
    watched_sink watched_output(output, monitor);
    monitor.state.clear(unready::starting);
    stream.run(watched_input, watched_output);
  } catch (const interrupted& stopped) {
    log_warn("{}; what was not committed will be read again", stopped.what());
  } catch (const duplicate_instance& twin) {
    log_end(twin.what());
    status = k_exit_duplicate_instance;
  } catch (const cannot_go_on& lost) {
    log_end(lost.what());
    status = k_exit_cannot_go_on;
  }
  input.close();
  log_info(
      "stopped: {} records, {} requests, {} sightings, {} dead letters, {} "
      "commits, {} recoveries",
      totals.records.load(), totals.requests.load(), totals.sightings.load(),
      sum(totals.dead_letters), totals.commits.load(),
      totals.recoveries.load());
  return status;
}

}  // namespace tokensieve
