// The detector on one core: the prefilter over raw bytes, and the full scan of
// text.

#include "bench/sample_logs.h"
#include "detectors/scanner.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

scanner& shared_scanner() {
  static scanner finder(signatures::compile(), token_confidence::medium);
  return finder;
}

void finish(benchmark::State& state, const sample& logs) {
  state.SetBytesProcessed(static_cast<std::int64_t>(logs.bytes()) *
                          state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(logs.texts.size()) *
                          state.iterations());
}

std::size_t find(const sample& logs, std::vector<finding>& found) {
  std::size_t all = 0;
  for (const std::string& text : logs.texts) {
    found.clear();
    if (!shared_scanner().scan(text, {}, found)) return SIZE_MAX;
    all += found.size();
  }
  return all;
}

void prefilter(benchmark::State& state, hits how_often) {
  scanner& finder = shared_scanner();
  const sample logs =
      log_texts(static_cast<std::size_t>(state.range(0)), how_often);
  std::vector<finding> found;
  for (const std::string& text : logs.texts) {
    found.clear();
    if (!finder.scan(text, {}, found)) continue;
    if (!found.empty() && !finder.may_hold_token(text)) {
      return state.SkipWithError("a planted token was not seen");
    }
  }
  std::size_t matches = 0;
  for (auto _ : state) {
    matches = 0;
    for (const std::string& text : logs.texts)
      matches += finder.may_hold_token(text) ? 1 : 0;
    benchmark::DoNotOptimize(matches);
  }
  state.counters["matched"] =
      static_cast<double>(matches) / static_cast<double>(logs.texts.size());
  finish(state, logs);
}

void scan(benchmark::State& state, hits how_often) {
  const sample logs =
      log_texts(static_cast<std::size_t>(state.range(0)), how_often);
  std::vector<finding> found;
  if (find(logs, found) != logs.tokens) {
    return state.SkipWithError("the findings are not those planted");
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(find(logs, found));
  finish(state, logs);
}

void sizes(benchmark::internal::Benchmark* of) {
  for (const std::int64_t size : {200, 4 << 10, 64 << 10, 1 << 20})
    of->Arg(size);
}

BENCHMARK_CAPTURE(prefilter, no_hit, hits::none)->Apply(sizes);
BENCHMARK_CAPTURE(prefilter, typical, hits::typical)->Apply(sizes);
BENCHMARK_CAPTURE(prefilter, many_hits, hits::many)->Apply(sizes);
BENCHMARK_CAPTURE(scan, no_hit, hits::none)->Apply(sizes);
BENCHMARK_CAPTURE(scan, typical, hits::typical)->Apply(sizes);
BENCHMARK_CAPTURE(scan, many_hits, hits::many)->Apply(sizes);

}  // namespace
}  // namespace tokensieve

BENCHMARK_MAIN();
