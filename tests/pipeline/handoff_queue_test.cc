#include "pipeline/handoff_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace tokensieve {
namespace {

using event = handoff_queue::event;
using clock = std::chrono::steady_clock;

batch_ptr numbered(std::uint64_t sequence) {
  auto made = std::make_unique<batch>();
  made->sequence = sequence;
  return made;
}

TEST(handoff_queue, what_was_pushed_comes_out_in_order) {
  handoff_queue queue;
  queue.push(numbered(0));
  queue.wake();
  queue.push(numbered(1));
  queue.close();

  auto item = queue.pop(clock::time_point::max());
  EXPECT_EQ(item.what, event::batch);
  EXPECT_EQ(item.batch->sequence, 0U);
  item = queue.pop(clock::time_point::max());
  EXPECT_EQ(item.what, event::wake);
  EXPECT_EQ(item.batch, nullptr);
  EXPECT_EQ(queue.pop(clock::time_point::max()).batch->sequence, 1U);
  EXPECT_EQ(queue.pop(clock::time_point::max()).what, event::closed);
}

TEST(handoff_queue, an_empty_one_waits_until_the_deadline) {
  handoff_queue queue;
  const auto deadline = clock::now() + std::chrono::milliseconds(30);
  const auto item = queue.pop(deadline);
  EXPECT_EQ(item.what, event::deadline);
  EXPECT_EQ(item.batch, nullptr);
  EXPECT_GE(clock::now(), deadline);
}

TEST(handoff_queue, what_waits_goes_before_a_deadline_that_has_passed) {
  handoff_queue queue;
  queue.push(numbered(7));
  EXPECT_EQ(queue.pop(clock::time_point::min()).what, event::batch);
  EXPECT_EQ(queue.pop(clock::time_point::min()).what, event::deadline);
}

TEST(handoff_queue, each_batch_of_many_threads_comes_out_once) {
  constexpr std::uint64_t k_threads = 4;
  constexpr std::uint64_t k_batches = 2000;
  handoff_queue queue;
  std::vector<std::jthread> pushing;
  for (std::uint64_t first = 0; first < k_threads; ++first) {
    pushing.emplace_back([&queue, first] {
      for (std::uint64_t i = 0; i < k_batches; ++i)
        queue.push(numbered(i * k_threads + first));
    });
  }
  // Each thread's own come out in its order.
  std::vector<std::uint64_t> next(k_threads, 0);
  for (std::uint64_t i = 0; i < k_threads * k_batches; ++i) {
    const auto item = queue.pop(clock::time_point::max());
    ASSERT_EQ(item.what, event::batch);
    const std::uint64_t thread = item.batch->sequence % k_threads;
    ASSERT_EQ(item.batch->sequence / k_threads, next[thread]++);
  }
  EXPECT_EQ(queue.pop(clock::now()).what, event::deadline);
}

}  // namespace
}  // namespace tokensieve
