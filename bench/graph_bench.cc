// What the graph itself costs a batch: batches of one empty record from a
// source that makes them to a sink that drops them, one in flight (the time it
// takes) and many (the CPU it takes); small ones, which pass an empty graph by,
// and such as do not.

#include "bench/packed_batch.h"
#include "pipeline/engine.h"
#include "pipeline/io.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <semaphore>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::ptrdiff_t k_most_in_flight = 1024;
constexpr std::uint64_t k_batches = 20'000;

using permits = std::counting_semaphore<k_most_in_flight>;

class empty_source final : public source {
 public:
  /// Its batches say that they hold so many bytes.
  empty_source(permits& free, std::size_t bytes) : free_(free), bytes_(bytes) {}

  batch_ptr next() override {
    if (made_++ == k_batches) return nullptr;
    free_.acquire();
    batch_ptr made = pack_batch(k_values);
    made->value_bytes = bytes_;
    return made;
  }

 private:
  const std::vector<std::string> k_values{1};
  permits& free_;
  const std::size_t bytes_;
  std::uint64_t made_ = 0;
};

class counting_sink final : public sink {
 public:
  explicit counting_sink(permits& free) : free_(free) {}

  void take(batch_ptr work) override {
    in_order_ = in_order_ && work->sequence == taken_;
    ++taken_;
    work.reset();
    free_.release();
  }
  void finish() override {}

  [[nodiscard]] bool took_all_in_order() const {
    return in_order_ && taken_ == k_batches;
  }

 private:
  permits& free_;
  std::uint64_t taken_ = 0;
  bool in_order_ = true;
};

void graph(benchmark::State& state) {
  const auto patterns = signatures::compile();
  const std::atomic<std::uint64_t> committed{0};
  engine stream({.threads = 2, .assembling = {}}, patterns, committed);
  for (auto _ : state) {
    permits free(state.range(0));
    empty_source from(free, state.range(1));
    counting_sink to(free);
    stream.run(from, to);
    if (!to.took_all_in_order()) {
      return state.SkipWithError("batches lost or out of order");
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(k_batches) *
                          state.iterations());
}

BENCHMARK(graph)
    ->ArgNames({"in_flight", "bytes"})
    ->ArgsProduct({{1, 64}, {0, 1 << 20}})
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tokensieve

BENCHMARK_MAIN();
