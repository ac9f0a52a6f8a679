// What the parallel stage costs a batch of 1 MiB: prefilter, structure and
// chunks of every event; reading, scanning and describing where there is a hit.

#include "bench/packed_batch.h"
#include "bench/sample_logs.h"
#include "pipeline/inspector.h"

#include <benchmark/benchmark.h>

#include <span>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::size_t k_batch_bytes = std::size_t{1} << 20;

std::vector<batch_ptr> batches_of(const sample& events) {
  std::vector<batch_ptr> made;
  const std::span<const std::string> all(events.texts);
  for (std::size_t first = 0; first < all.size();) {
    std::size_t count = 0;
    for (std::size_t bytes = 0;
         first + count < all.size() && bytes < k_batch_bytes; ++count)
      bytes += all[first + count].size();
    made.push_back(pack_batch(all.subspan(first, count)));
    first += count;
  }
  return made;
}

std::size_t pass(inspector& stage, std::vector<batch_ptr>& batches) {
  std::size_t tokens = 0;
  for (const batch_ptr& work : batches) {
    work->inspected.clear();
    work->chunks.clear();
    stage.inspect(*work);
    for (const inspected_record& record : work->inspected)
      tokens += record.tokens.size();
  }
  return tokens;
}

void inspect(benchmark::State& state, hits how_often) {
  const sample events =
      log_events(static_cast<std::size_t>(state.range(0)), how_often);
  std::vector<batch_ptr> batches = batches_of(events);
  inspector stage(signatures::compile(), {});
  if (pass(stage, batches) != events.tokens) {
    return state.SkipWithError("the findings are not those planted");
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(pass(stage, batches));
  state.SetBytesProcessed(static_cast<std::int64_t>(events.bytes()) *
                          state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(events.texts.size()) *
                          state.iterations());
}

void sizes(benchmark::internal::Benchmark* of) {
  for (const std::int64_t size : {200, 4 << 10, 64 << 10, 1 << 20})
    of->Arg(size);
}

BENCHMARK_CAPTURE(inspect, no_hit, hits::none)->Apply(sizes);
BENCHMARK_CAPTURE(inspect, typical, hits::typical)->Apply(sizes);
BENCHMARK_CAPTURE(inspect, many_hits, hits::many)->Apply(sizes);

}  // namespace
}  // namespace tokensieve

BENCHMARK_MAIN();
