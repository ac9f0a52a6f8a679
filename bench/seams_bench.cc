// What the seams between the chunks of a log cost: batches of events through
// the parallel stage and the serial one behind it. Events that name no log are
// the measure; the same bytes with a log are compared with them.

#include "pipeline/assembler.h"
#include "pipeline/inspector.h"
#include "pipeline/seam_table.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::string_view k_token = "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";
constexpr std::size_t k_batch_bytes = std::size_t{1} << 20;
constexpr std::size_t k_padding = 64;
constexpr std::size_t k_warm_up = 50;
constexpr std::size_t k_fewest_lines = 20'000;
constexpr std::size_t k_warm_up_lines = 40;

enum class ends : std::uint8_t {
  lines,   ///< each event is a line without its end
  filled,  ///< with it
};

// A line as a build prints it.
std::string line(std::size_t i) {
  const std::string number = std::to_string(i * 2'654'435'761u);
  std::string text = "2026-11-24T02:07:00." + number.substr(0, 4) + "Z ";
  switch (i % 4) {
    case 0:
      return text + "\\u001b[36;1mnpm ci --ignore-scripts\\u001b[0m";
    case 1:
      return text + "npm http fetch GET 200 /package-" + number + " 12ms";
    case 2:
      return text + "added 212 packages and audited them, successfully";
    default:
      return text + "ok - src/lib/module.test.ts (3 ms)";
  }
}

std::string text_of(std::size_t size, ends how, std::size_t& lines) {
  std::string text = line(lines++);
  while (text.size() < size)
    text += "\\n" + line(lines++);
  if (how == ends::filled) text += "\\n";
  return text;
}

/// `member` is `stream`, or a name of the same size that says nothing.
std::string event(std::string_view member, std::size_t stream,
                  std::string_view text) {
  return R"({"type":"build_log",")" + std::string(member) + R"(":"8812/job )" +
         std::to_string(stream) + R"(","text":")" + std::string(text) + R"("})";
}

/// A line with its time, as a shipper writes it: some 220 bytes.
std::string timed_event(std::size_t log, std::size_t i) {
  return R"({"type":"build_log","time":"2026-11-24T02:07:00.)" +
         std::to_string(100'000 + i % 900'000) +
         R"(Z","organization":"acme","repository":"acme/web","stream":"8812/job )" +
         std::to_string(log) + R"(","text":")" + line(i) + R"("})";
}

batch pack(const std::vector<std::string>& values) {
  static const std::string k_topic = "ci.build-logs";
  std::size_t size = 0;
  for (const std::string& value : values)
    size += value.size();
  batch made;
  made.arena = std::make_unique<char[]>(size + k_padding);
  made.value_bytes = size;
  std::size_t begin = 0;
  for (const std::string& value : values) {
    std::ranges::copy(value, made.arena.get() + begin);
    record& added = made.records.emplace_back();
    added.value = {made.arena.get() + begin, value.size()};
    added.adjoins = true;
    added.source_name = &k_topic;
    begin += value.size();
    added.readable_behind = size - begin + k_padding;
  }
  return made;
}

/// Inspector, seams and assembler, as the engine wires them.
class stages {
 public:
  explicit stages(std::size_t max_bytes = std::size_t{64} << 20)
      : inspector_(patterns(), {}),
        seams_(patterns(), token_confidence::medium, scanner::k_max_depth,
               max_bytes),
        assembler_({}, committed_, &seams_) {}

  void pass(batch& work) {
    work.inspected.clear();
    work.chunks = {};
    work.emissions.clear();
    work.dead_letters.clear();
    work.sequence = batches_++;
    inspector_.inspect(work);
    assembler_.assemble(work);
  }

  [[nodiscard]] const seam_table& ends_of_logs() const { return seams_; }

 private:
  static std::shared_ptr<const signatures> patterns() {
    static const auto k_patterns = signatures::compile();
    return k_patterns;
  }

  std::atomic<std::uint64_t> committed_{0};
  inspector inspector_;
  seam_table seams_;
  assembler assembler_;
  std::uint64_t batches_ = 0;
};

bool finds_a_cut_token(std::string_view member) {
  stages under_test;
  std::size_t found = 0;
  for (std::size_t cut = 1; cut < k_token.size(); ++cut) {
    batch work = pack({event(member, cut, k_token.substr(0, cut)),
                       event(member, cut, k_token.substr(cut))});
    under_test.pass(work);
    found += work.emissions.size();
  }
  return found == k_token.size() - 1;
}

void seams(benchmark::State& state, std::string_view member, ends how) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const auto streams = static_cast<std::size_t>(state.range(1));
  if (finds_a_cut_token(member) != (member == "stream")) {
    state.SkipWithError("wrong answer");
    return;
  }
  std::vector<std::string> values;
  std::size_t lines = 0;
  for (std::size_t bytes = 0; bytes < k_batch_bytes;) {
    values.push_back(
        event(member, values.size() % streams, text_of(size, how, lines)));
    bytes += values.back().size();
  }
  batch work = pack(values);
  stages under_test;
  // Until the ends of the logs are as long as they get.
  for (std::size_t i = 0; i < k_warm_up; ++i)
    under_test.pass(work);
  for (auto _ : state)
    under_test.pass(work);
  state.counters["s/event"] =
      benchmark::Counter(static_cast<double>(values.size()),
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kInvert);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(work.value_bytes));
}

/// Lines of very many logs: each says one in turn, never in the same order. A
/// batch holds few lines of a log or one, and what is known of them has left
/// the caches when the next one comes.
void many_logs(benchmark::State& state) {
  const auto logs = static_cast<std::size_t>(state.range(0));
  const auto max_bytes = static_cast<std::size_t>(state.range(1)) << 20;
  std::mt19937_64 random(1);
  std::vector<std::size_t> order(logs);
  std::iota(order.begin(), order.end(), 0);
  std::vector<batch> batches;
  std::vector<std::string> values;
  std::size_t lines = 0;
  std::size_t bytes = 0;
  const auto flush = [&] {
    batches.push_back(pack(values));
    values.clear();
    bytes = 0;
  };
  while (lines < std::max(4 * logs, k_fewest_lines)) {
    std::ranges::shuffle(order, random);
    for (const std::size_t log : order) {
      values.push_back(timed_event(log, lines));
      ++lines;
      bytes += values.back().size();
      if (bytes >= k_batch_bytes) flush();
    }
  }
  if (!values.empty()) flush();
  stages under_test(max_bytes);
  const auto pass = [&] {
    for (batch& work : batches)
      under_test.pass(work);
  };
  for (std::size_t said = 0; said < k_warm_up_lines; said += lines / logs)
    pass();
  for (auto _ : state)
    pass();
  state.counters["s/event"] =
      benchmark::Counter(static_cast<double>(lines),
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kInvert);
  state.counters["B/log"] =
      static_cast<double>(under_test.ends_of_logs().bytes()) /
      static_cast<double>(logs);
  state.counters["evicted"] =
      static_cast<double>(under_test.ends_of_logs().evicted());
}

constexpr std::int64_t k_line = 60;  // makes events of some 130 bytes
constexpr std::int64_t k_chunk = 4000;

BENCHMARK_CAPTURE(seams, none, "strean", ends::lines)
    ->Args({k_line, 1})
    ->Args({k_chunk, 1});
BENCHMARK_CAPTURE(seams, lines, "stream", ends::lines)
    ->ArgsProduct({{k_line, k_chunk}, {1, 100, 10'000}});
BENCHMARK_CAPTURE(seams, filled, "stream", ends::filled)
    ->ArgsProduct({{k_line, k_chunk}, {1, 100, 10'000}});
// The second: what a memory of 512 MiB leaves to the ends of logs.
BENCHMARK(many_logs)
    ->ArgsProduct({{1, 1000, 10'000, 100'000}, {1024, 32}})
    ->ArgNames({"logs", "MiB"});

}  // namespace
}  // namespace tokensieve

BENCHMARK_MAIN();
