#pragma once

#include "pipeline/request_index.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace tokensieve {

/// Which tokens this process has asked to be revoked: makes one request of
/// many occurrences (`request_index` has the rule).
///
/// Entries are *pending* until the batch that emitted them is committed, and
/// are forgotten if it never is. They expire after the window. Not
/// thread-safe: belongs to the assemble stage.
class request_table {
 public:
  using clock = std::chrono::system_clock;

  /// `window` of zero: requests never expire (`scan`). `capacity` bounds the
  /// number of entries; the oldest go first.
  request_table(std::chrono::seconds window, std::size_t capacity) noexcept
      : window_(window), capacity_(capacity) {}

  /// True if `wanted` needs a request, which is then taken as emitted by batch
  /// `sequence` at `now`; false for a repeat.
  bool admit(const request_identity& wanted, std::uint64_t sequence,
             clock::time_point now);

  /// Forgets what batches from `sequence` on have emitted.
  void roll_back(std::uint64_t sequence);

  /// Forgets, oldest first, what batches before `sequence` have emitted, as
  /// far as `elsewhere` says that another table knows it.
  template <typename Elsewhere>
  void hand_over(std::uint64_t sequence, Elsewhere&& elsewhere) {
    while (!order_.empty() && order_.front().sequence < sequence &&
           elsewhere(order_.front().identity)) {
      forget_oldest();
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  struct issued {
    request_identity identity;
    std::uint64_t sequence;
    clock::time_point time;
  };

  void forget_oldest();

  const std::chrono::seconds window_;
  const std::size_t capacity_;
  std::uint64_t evicted_ = 0;
  request_index known_;
  std::deque<issued> order_;  ///< oldest first
};

}  // namespace tokensieve
