#include "pipeline/stream.h"

#include "detectors/signatures.h"
#include "pipeline/commands.h"
#include "pipeline/engine.h"
#include "pipeline/epoch_ledger.h"
#include "pipeline/kafka_client.h"
#include "pipeline/kafka_sink.h"
#include "pipeline/kafka_source.h"
#include "pipeline/memory_units.h"
#include "pipeline/stop_signal.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
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
// two queues, an eighth the table of requests; the rest is for the fetches
// that held records pin, the workers' parsers and the program.
constexpr std::uint64_t k_in_flight_share = 4;
constexpr std::uint64_t k_table_share = 8;
constexpr std::uint64_t k_bytes_a_request = 256;

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
  const kafka_client client =
      make_consumer(settings, kafka_conf(rd_kafka_conf_new()));
  std::vector<topic_check> checks;
  const auto limit = std::chrono::steady_clock::now() + k_broker_patience;
  while (checks.empty()) {
    if (stop_requested() != stop_level::none) return {};
    checks = check_topics(client.get(), topics, k_poll);
    if (checks.empty() && std::chrono::steady_clock::now() >= limit) {
      spdlog::error(
          "no broker of {} answered within {} s; check bootstrap.servers, "
          "security.protocol and the network",
          client_property(client.get(), "bootstrap.servers").value_or("?"),
          k_broker_patience.count() / 1000);
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

}  // namespace

int run_stream(const config& settings) {
  stream_totals totals;
  return run_stream(settings, totals, {});
}

int run_stream(const config& settings, stream_totals& totals,
               kafka_sink::observer watch) {
  const outputs checked = check_outputs(settings);
  if (!checked.usable) {
    return stop_requested() == stop_level::none ? k_exit_configuration
                                                : k_exit_stopped;
  }
  memory_units units(settings.memory / k_in_flight_share);
  epoch_ledger ledger;
  std::atomic<std::uint64_t> committed{0};
  const std::string id = transactional_id(settings);
  kafka_sink output(
      settings, ledger, committed, totals,
      [&] {
        return make_output_writer(settings, id, checked.max_record_bytes);
      },
      std::move(watch));
  kafka_source input(settings, units, ledger);
  engine stream(
      {.threads = settings.threads,
       .min_confidence = settings.detection.min_confidence,
       .depth = settings.detection.depth,
       .assembling = {.window =
                          std::chrono::duration_cast<std::chrono::seconds>(
                              settings.detection.window),
                      .known_requests =
                          settings.memory / k_table_share / k_bytes_a_request,
                      .ignore = settings.detection.ignore.fingerprints}},
      signatures::compile(), committed);

  spdlog::info("reading {} as {}{}", fmt::join(settings.input.topics, ", "),
               settings.input.group,
               settings.instance.empty() ? "" : "/" + settings.instance);
  int status = k_exit_stopped;
  try {
    stream.run(input, output);
  } catch (const interrupted& stopped) {
    spdlog::warn("{}; what was not committed will be read again",
                 stopped.what());
  } catch (const duplicate_instance& twin) {
    spdlog::error("{}", twin.what());
    status = k_exit_duplicate_instance;
  } catch (const cannot_go_on& lost) {
    spdlog::error("{}", lost.what());
    status = k_exit_cannot_go_on;
  }
  input.close();
  spdlog::info(
      "stopped: {} records, {} requests, {} sightings, {} dead letters, {} "
      "commits, {} recoveries",
      totals.records.load(), totals.requests.load(), totals.sightings.load(),
      totals.dead_letters.load(), totals.commits.load(), totals.aborts.load());
  return status;
}

}  // namespace tokensieve
