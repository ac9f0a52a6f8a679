#include "bench/packed_batch.h"
#include "pipeline/engine.h"
#include "pipeline/io.h"
#include "tests/pipeline/allocations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <semaphore>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

// Until all that is used again has its size, in each worker.
constexpr std::size_t k_warm_up = 128;
constexpr std::size_t k_counted = 256;
constexpr std::ptrdiff_t k_in_flight = 8;

using permits = std::counting_semaphore<k_in_flight>;

std::string event_of(std::size_t size, std::size_t number) {
  const std::string log = std::to_string(8800 + number % 10);
  std::string event =
      R"({"type":"build_log","provider":"github-actions","repository":"acme/web","build":")" +
      log + R"(","stream":")" + log + R"(/test","text":")";
  constexpr std::string_view k_line =
      "2026-11-24T02:07:00Z \\u001b[32madded\\u001b[0m 214 packages in 3s, "
      "from 5f4dcc3b5aa765d61d8327deb882cf99 to node_modules/left-pad\\n";
  do {
    event += k_line;
  } while (event.size() + k_line.size() + 2 < size);
  return event + "\"}";
}

/// Batches of as many events as the stream's source packs, without a hit.
class hitless_source final : public source {
 public:
  hitless_source(std::size_t size, permits& free)
      : size_(size),
        events_(std::clamp<std::size_t>((256 << 10) / size, 1, 64)),
        free_(free) {}

  batch_ptr next() override {
    const allocations::uncounted own;
    if (made_ == k_warm_up) {
      for (std::ptrdiff_t i = 0; i < k_in_flight; ++i)
        free_.acquire();  // all is done
      free_.release(k_in_flight);
      allocations::begin();
    }
    if (made_++ == k_warm_up + k_counted) return nullptr;
    free_.acquire();
    return pack();
  }

 private:
  batch_ptr pack() {
    std::vector<std::string> events;
    for (std::size_t i = 0; i < events_; ++i)
      events.push_back(event_of(size_, i));
    batch_ptr made = pack_batch(events);
    for (record& one : made->records)
      one.offset = offset_++;
    made->position_of(*made->records.front().source_name, 0).next_offset =
        offset_;
    return made;
  }

  const std::size_t size_;
  const std::size_t events_;
  permits& free_;
  std::size_t made_ = 0;
  std::int64_t offset_ = 0;
};

class dropping_sink final : public sink {
 public:
  explicit dropping_sink(permits& free) : free_(free) {}

  void take(batch_ptr work) override {
    outputs_ += work->emissions.size() + work->dead_letters.size();
    work.reset();
    free_.release();
  }
  void finish() override { counted_ = allocations::end(); }

  [[nodiscard]] std::size_t counted() const { return counted_; }
  [[nodiscard]] std::size_t outputs() const { return outputs_; }

 private:
  permits& free_;
  std::size_t counted_ = 0;
  std::size_t outputs_ = 0;
};

class allocation_test : public testing::TestWithParam<std::size_t> {};

TEST_P(allocation_test, an_event_without_a_hit_costs_none_in_the_whole_graph) {
  permits free(k_in_flight);
  hitless_source from(GetParam(), free);
  dropping_sink to(free);
  const std::atomic<std::uint64_t> committed{0};
  engine({.threads = 2, .assembling = {}}, signatures::compile(), committed)
      .run(from, to);
  ASSERT_EQ(to.outputs(), 0U);
  EXPECT_GT(to.counted(), 0U);  // else nothing is counted
  // One a batch, for the ends of its logs, and some of a queue; one more for
  // each event would be above this, also where an event is a batch.
  EXPECT_LT(to.counted(), k_counted * 7 / 4);
}

INSTANTIATE_TEST_SUITE_P(of_an_event, allocation_test,
                         testing::Values(200, 4096, 65536, 1 << 20));

}  // namespace
}  // namespace tokensieve
