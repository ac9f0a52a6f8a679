#include "pipeline/engine.h"
#include "pipeline/io.h"
#include "tests/pipeline/allocations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <semaphore>
#include <string>
#include <string_view>

namespace tokensieve {
namespace {

// Until all that is used again has its size, in each worker.
constexpr std::size_t k_warm_up = 128;
constexpr std::size_t k_counted = 256;
constexpr std::ptrdiff_t k_in_flight = 8;

constexpr std::size_t k_least = 512;  // bytes of an event of one line

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
    constexpr std::size_t k_padding = 64;
    auto made = std::make_unique<batch>();
    const std::size_t capacity = events_ * std::max(size_, k_least) + k_padding;
    made->arena = std::make_unique<char[]>(capacity);
    for (std::size_t i = 0; i < events_; ++i) {
      const std::string event = event_of(size_, i);
      char* const to = made->arena.get() + made->value_bytes;
      std::ranges::copy(event, to);
      made->value_bytes += event.size();
      record& added = made->records.emplace_back();
      added.value = {to, event.size()};
      added.readable_behind = capacity - made->value_bytes;
      added.adjoins = true;
      added.source_name = &topic_;
      added.offset = offset_++;
    }
    made->position_of(topic_, 0).next_offset = offset_;
    return made;
  }

  const std::string topic_ = "ci.build-logs";
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
