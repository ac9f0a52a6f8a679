// What inputs cost that are meant to keep the detector busy, against a plain
// log of the same size in the same run. Ends with status 1 if any costs over
// k_most_times as much. The size of a compressed record is what it inflates to,
// its bound at most: that is the work which the bound bounds, and whole records
// are compressed by shippers, not by who writes the log.

#include "bench/hostile_texts.h"
#include "detectors/inflate.h"
#include "pipeline/assembler.h"
#include "pipeline/event_weight.h"
#include "pipeline/inspector.h"
#include "pipeline/seam_table.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::size_t k_size = std::size_t{1} << 20;
constexpr std::size_t k_padding = 64;
constexpr double k_most_times = 20;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The bytes of a record that are read.
std::size_t bytes_read(std::string_view value) {
  const auto format = compression_of(value);
  if (!format) return value.size();
  std::string inflated;
  (void)inflate_bytes(
      value, *format,
      inflation_limit(
          value, k_default_max_event_bytes,
          event_weight(value, k_default_max_event_bytes) > k_large_event),
      inflated);
  return std::max(value.size(), inflated.size());
}

/// Records through inspector, seams and assembler, as the engine wires them,
/// with no memory of those before.
class stages {
 public:
  explicit stages(const std::vector<std::string>& values) {
    static const std::string k_topic = "ci.build-logs";
    std::size_t size = 0;
    for (const std::string& value : values)
      size += value.size();
    work_.arena = std::make_unique<char[]>(size + k_padding);
    work_.large =
        values.size() == 1 &&
        event_weight(values[0], k_default_max_event_bytes) > k_large_event;
    std::size_t begin = 0;
    for (const std::string& value : values) {
      read_ += bytes_read(value);
      std::ranges::copy(value, work_.arena.get() + begin);
      record& added = work_.records.emplace_back();
      added.value = {work_.arena.get() + begin, value.size()};
      added.adjoins = true;
      added.source_name = &k_topic;
      begin += value.size();
      added.readable_behind = size - begin + k_padding;
    }
  }

  /// The CPU time it takes.
  double pass() {
    work_.inspected.clear();
    work_.chunks = {};
    work_.emissions.clear();
    work_.dead_letters.clear();
    work_.sequence = 0;
    std::atomic<std::uint64_t> committed{0};
    seam_table seams(patterns(), token_confidence::medium, scanner::k_max_depth,
                     std::size_t{64} << 20);
    assembler assembler({}, committed, &seams);
    const double begin = cpu_seconds();
    inspector_.inspect(work_);
    assembler.assemble(work_);
    return cpu_seconds() - begin;
  }

  [[nodiscard]] std::size_t size() const { return read_; }
  [[nodiscard]] std::size_t dead_letters() const {
    return work_.dead_letters.size();
  }

 private:
  static std::shared_ptr<const signatures> patterns() {
    static const auto k_patterns = signatures::compile();
    return k_patterns;
  }

  batch work_;
  std::size_t read_ = 0;  // bytes
  inspector inspector_{patterns(), {}};
};

double median_of(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

double seconds_a_byte(stages& under_test) {
  constexpr std::size_t k_passes = 5;
  std::vector<double> times;
  for (std::size_t i = 0; i < k_passes; ++i)
    times.push_back(under_test.pass());
  return median_of(std::move(times)) / static_cast<double>(under_test.size());
}

/// The worst ratio of the run.
double worst = 0;

using maker = std::function<std::vector<std::string>()>;

// Each pass is compared with those of a plain log right before and behind it,
// and the median counts: what else the machine does changes from one moment to
// the next. So more are made where the first few are near the limit.
void compare(benchmark::State& state, const maker& plain,
             const maker& hostile) {
  constexpr std::size_t k_compared = 3;
  constexpr std::size_t k_closely_compared = 15;
  constexpr double k_near = 0.85 * k_most_times;
  stages plain_log(plain());
  stages under_test(hostile());
  std::vector<double> ratios;
  double before = seconds_a_byte(plain_log);
  const auto add_ratio = [&](double seconds) {
    const double after = seconds_a_byte(plain_log);
    ratios.push_back(seconds / static_cast<double>(under_test.size()) /
                     ((before + after) / 2));
    before = after;
  };
  for (auto _ : state) {
    const double seconds = under_test.pass();
    if (ratios.size() == k_compared) continue;
    state.PauseTiming();
    add_ratio(seconds);
    state.ResumeTiming();
  }
  while (ratios.size() < k_compared ||
         (ratios.size() < k_closely_compared && median_of(ratios) > k_near)) {
    add_ratio(under_test.pass());
  }
  const double ratio = median_of(std::move(ratios));
  worst = std::max(worst, ratio);
  state.counters["times_plain"] = ratio;
  state.counters["dead_letters"] =
      static_cast<double>(under_test.dead_letters());
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(under_test.size()));
}

void add(const std::string& name, const maker& plain, const maker& hostile) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [plain, hostile](benchmark::State& state) {
                                 compare(state, plain, hostile);
                               })
      ->MinTime(0.02)
      ->Unit(benchmark::kMillisecond);
}

// A log in chunks, each of a log of its own or all of a few.
std::vector<std::string> chunks_of(std::string_view text, std::size_t size,
                                   std::size_t logs) {
  std::vector<std::string> values;
  for (std::size_t at = 0; at < text.size(); at += size) {
    values.push_back(R"({"type":"build_log","stream":"8812/)" +
                     std::to_string(values.size() % logs) + '"' +
                     as_build_log(text.substr(at, size)).substr(19));
  }
  return values;
}

void add_chunks(const hostile_input& one) {
  for (const std::size_t logs : {1, 100, 10'000}) {
    for (const std::size_t size : {40, 1'000, 16'000}) {
      add(
          "chunks/" + one.name + '/' + std::to_string(logs) + '/' +
              std::to_string(size),
          [=] { return chunks_of(plain_log(k_size), size, logs); },
          [=, &one] { return chunks_of(one.bytes, size, logs); });
    }
  }
}

// As many as are read like one plain log.
std::vector<std::string> compressed_records(const std::string& record) {
  return {std::max<std::size_t>(1, k_size / bytes_read(record)), record};
}

void add_input(const hostile_input& one) {
  const auto as_it_is = [&one] { return std::vector{one.bytes}; };
  const auto plain = [] { return std::vector{plain_log(k_size)}; };
  const auto plain_event = [] {
    return std::vector{as_build_log(plain_log(k_size))};
  };
  switch (one.form) {
    case hostile_form::text:
      add("text/" + one.name, plain, as_it_is);
      add("event/" + one.name, plain_event,
          [&one] { return std::vector{as_build_log(one.bytes)}; });
      break;
    case hostile_form::record:
      add("record/" + one.name, plain_event, as_it_is);
      break;
    case hostile_form::compressed:
      add("record/" + one.name, plain_event,
          [&one] { return compressed_records(one.bytes); });
  }
}

void add_all() {
  static const std::vector<hostile_input> k_all = [] {
    auto all = hostile_inputs(k_size);
    std::ranges::move(slow_inputs(TOKENSIEVE_SLOW_INPUTS, k_size),
                      std::back_inserter(all));
    return all;
  }();
  constexpr std::array<std::string_view, 8> k_cut{
      "npm_",          "npm_/bad_checksum",   "base64/log/2",
      "percent/n",     "letters/V",           "uuid/named",
      "uuid/hex_text", "terminal/each_letter"};
  for (const hostile_input& one : k_all) {
    add_input(one);
    if (std::ranges::find(k_cut, one.name) != k_cut.end()) add_chunks(one);
  }
}

}  // namespace
}  // namespace tokensieve

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  tokensieve::add_all();
  benchmark::RunSpecifiedBenchmarks();
  std::fprintf(stderr, "worst: %.1f times a plain log, %.0f are allowed\n",
               tokensieve::worst, tokensieve::k_most_times);
  return tokensieve::worst > tokensieve::k_most_times ? 1 : 0;
}
