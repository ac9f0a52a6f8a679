#include "detectors/signatures.h"
#include "pipeline/commands.h"
#include "pipeline/engine.h"
#include "pipeline/file_source.h"
#include "pipeline/memory_units.h"
#include "pipeline/print_sink.h"
#include "pipeline/progress.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>

namespace tokensieve {
namespace {

constexpr int k_nothing_found = 0;
constexpr int k_findings = 1;
constexpr int k_unreadable = 2;

// Half of the memory holds what is in flight; the rest is for the workers'
// parsers, the table of requests, the ends of logs and the program itself.
constexpr std::uint64_t k_in_flight_share = 2;
// Batches in flight, for each worker and once for the reader.
constexpr std::size_t k_batches = 2;
// An entry of the request table with its registry and its place in the maps.
constexpr std::uint64_t k_bytes_a_request = 256;
constexpr std::uint64_t k_table_share = 8;
constexpr std::uint64_t k_seam_share = 8;

void print_summary(const print_sink::totals& seen, const file_source& input,
                   std::chrono::duration<double> took) {
  std::string line = fmt::format(
      "tokensieve: {} token{} found, {} repeat{}; {} read in {:.2f} s",
      seen.requests, seen.requests == 1 ? "" : "s", seen.repeats,
      seen.repeats == 1 ? "" : "s",
      format_bytes(static_cast<double>(input.bytes_read())), took.count());
  if (seen.events > 0) line += fmt::format("; {} events", seen.events);
  for (std::size_t i = 0; i < seen.invalid.size(); ++i) {
    if (seen.invalid[i] == 0) continue;
    line +=
        fmt::format("; {} {}", to_string(static_cast<dead_letter_reason>(i)),
                    seen.invalid[i]);
  }
  if (seen.failed > 0) {
    line += fmt::format("; {} not read for want of memory", seen.failed);
  }
  if (input.unreadable() > 0) {
    line += fmt::format("; {} could not be read", input.unreadable());
  }
  fmt::print(stderr, "{}\n", line);
}

}  // namespace

int scan_files(const scan_command& command) {
  const config& settings = command.settings;
  const std::size_t threads =
      settings.threads == 0 ? available_cores() : settings.threads;
  memory_units units(settings.memory / k_in_flight_share,
                     (threads + 1) * k_batches);
  file_source input(
      command.files, command.input, settings.input.max_event_bytes, units,
      [](const std::string& file, const std::string& problem) {
        fmt::print(stderr, "tokensieve: {}: {}\n",
                   file == "-" ? "standard input" : file, problem);
      });
  print_sink output(command.output, command.redact, command.all);

  // Nothing that is printed is ever taken back.
  const std::atomic<std::uint64_t> committed{UINT64_MAX};
  engine scanning(
      {.threads = settings.threads,
       .min_confidence = settings.detection.min_confidence,
       .depth = settings.detection.depth,
       .seam_bytes = settings.memory / k_seam_share,
       .max_event_bytes = settings.input.max_event_bytes,
       .assembling = {.window = std::chrono::seconds::zero(),
                      .known_requests =
                          settings.memory / k_table_share / k_bytes_a_request,
                      .ignore = settings.detection.ignore.fingerprints,
                      .explain = command.explain}},
      signatures::compile(), committed);

  const auto begin = std::chrono::steady_clock::now();
  const auto elapsed = [begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         begin);
  };
  try {
    const progress shown([&] {
      const auto bytes = static_cast<double>(input.bytes_read());
      return fmt::format("{} read, {}/s", format_bytes(bytes),
                         format_bytes(bytes / elapsed().count()));
    });
    scanning.run(input, output);
  } catch (const std::system_error& failure) {
    fmt::print(stderr, "tokensieve: {}\n", failure.what());
    return k_unreadable;
  }
  print_summary(output.seen(), input, elapsed());
  if (input.unreadable() > 0 || output.seen().failed > 0) return k_unreadable;
  return output.seen().requests > 0 ? k_findings : k_nothing_found;
}

}  // namespace tokensieve
