#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokensieve {

/// Why the stream does no work just now, though the process lives.
enum class unready : std::uint8_t {
  starting,            ///< the outputs are being looked up
  not_assigned,        ///< the group has given us nothing to read
  following_requests,  ///< earlier requests are being learned
  fenced,              ///< another member or producer has taken our place
  no_producer,         ///< the producer cannot be made
  broker_down,         ///< no broker can be reached
  lost_offsets,        ///< records were deleted before they were read
  stopping,            ///< asked to stop
};
inline constexpr std::size_t k_unready_reasons = 8;
[[nodiscard]] std::string_view to_string(unready value) noexcept;

/// Longer than anything that a thread waits for while it does not say that it
/// waits: the longest is a transaction, at twice its time-out and some seconds.
inline constexpr std::chrono::minutes k_heartbeat_patience{5};

/// That a thread gets on. Beaten by one thread, read by any.
class heartbeat {
 public:
  using clock = std::chrono::steady_clock;

  /// Works, and will beat again.
  void beat(clock::time_point now = clock::now()) noexcept {
    last_.store(now, std::memory_order_relaxed);
  }
  /// Waits for work, for however long.
  void rest() noexcept { last_.store(k_resting, std::memory_order_relaxed); }

  [[nodiscard]] bool resting() const noexcept {
    return last_.load(std::memory_order_relaxed) == k_resting;
  }
  /// True if the last beat is too long ago.
  [[nodiscard]] bool stalled(clock::time_point now) const noexcept {
    const clock::time_point last = last_.load(std::memory_order_relaxed);
    return last != k_resting && now - last > k_heartbeat_patience;
  }

 private:
  static constexpr clock::time_point k_resting = clock::time_point::max();
  std::atomic<clock::time_point> last_{k_resting};
};

/// Whether the stream is ready and whether it lives, for probes. Details are
/// shown to whoever asks: never a secret. Thread-safe.
class health {
 public:
  using clock = heartbeat::clock;

  // --- Ready.

  /// `detail` tells one cause from another of the same reason.
  void set(unready why, std::string detail = {});
  /// Every cause of the reason.
  void clear(unready why);
  [[nodiscard]] bool is(unready why) const;
  /// Why it is not ready, a line each; empty where it is.
  [[nodiscard]] std::vector<std::string> reasons() const;

  // --- Alive.

  heartbeat source_thread;
  heartbeat sink_thread;

  /// By the source thread: a batch goes into the graph.
  void handed_over(clock::time_point now = clock::now()) noexcept;
  /// By the sink thread: it is done with a batch.
  void taken(clock::time_point now = clock::now()) noexcept;

  /// What has stopped, a line each; empty where all moves or has nothing to
  /// do.
  [[nodiscard]] std::vector<std::string> stalled(
      clock::time_point now = clock::now()) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::pair<unready, std::string>> reasons_;  // guarded by mutex_
  std::atomic<std::int64_t> in_graph_{0};  // batches, or with the sink
  heartbeat graph_;                        // since one last came or left
};

}  // namespace tokensieve
