#pragma once

#include "pipeline/request_index.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <queue>
#include <vector>

namespace tokensieve {

/// The requests of the window that stand on the request topic, whoever sent
/// them. Filled by the follower of the topic, asked by the assemble stage:
/// thread-safe.
class published_requests {
 public:
  using clock = std::chrono::system_clock;

  /// `capacity` bounds the number of entries; the oldest go first.
  published_requests(std::chrono::seconds window, std::size_t capacity) noexcept
      : window_(window), capacity_(capacity) {}

  /// A request with its record's timestamp; in any order of time.
  void add(const request_identity& request, clock::time_point time);

  /// True if a request of the last window makes `wanted` a repeat.
  [[nodiscard]] bool cover(const request_identity& wanted,
                           clock::time_point now);

  [[nodiscard]] std::size_t size() const;
  /// Requests that were forgotten within their window for lack of room.
  [[nodiscard]] std::uint64_t evicted() const;

 private:
  struct entry {
    clock::time_point time;
    request_identity identity;
  };
  struct later {
    bool operator()(const entry& a, const entry& b) const noexcept {
      return a.time > b.time;
    }
  };

  void forget_oldest();

  const std::chrono::seconds window_;
  const std::size_t capacity_;

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  request_index known_;
  std::priority_queue<entry, std::vector<entry>, later> by_time_;
  std::uint64_t evicted_ = 0;
};

}  // namespace tokensieve
