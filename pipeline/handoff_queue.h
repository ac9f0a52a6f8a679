#pragma once

#include "pipeline/batch.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace tokensieve {

/// From the graph to the sink thread, first in first out. Pushing never
/// blocks: the memory units bound what can be in it. Thread-safe.
class handoff_queue {
 public:
  void push(batch_ptr work) { put({std::move(work), event::batch}); }
  /// Makes `pop` return `event::wake` behind all that was pushed before.
  void wake() { put({nullptr, event::wake}); }
  /// Behind the last batch.
  void close() { put({nullptr, event::closed}); }

  enum class event { batch, wake, closed, deadline };
  struct item {
    batch_ptr batch;
    event what = event::deadline;
  };

  item pop(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    const auto ready = [this] { return !items_.empty(); };
    // wait_until overflows on time_point::max().
    if (deadline == std::chrono::steady_clock::time_point::max()) {
      pushed_.wait(lock, ready);
    } else if (!pushed_.wait_until(lock, deadline, ready)) {
      return {};
    }
    item first = std::move(items_.front());
    items_.pop_front();
    return first;
  }

 private:
  void put(item added) {
    {
      const std::scoped_lock lock(mutex_);
      items_.push_back(std::move(added));
    }
    pushed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable pushed_;
  std::deque<item> items_;  // guarded by mutex_
};

}  // namespace tokensieve
