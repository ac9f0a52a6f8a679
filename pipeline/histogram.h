#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tokensieve {

/// Durations, counted in buckets. Any thread observes and reads; an
/// observation is two relaxed additions, so it belongs behind something that
/// happens some times a second.
template <std::size_t N>
class histogram {
 public:
  /// Upper bounds of the buckets in seconds, ascending; a last one without a
  /// bound is added.
  constexpr explicit histogram(const std::array<double, N>& bounds) noexcept
      : bounds_(bounds) {}

  void observe(std::chrono::nanoseconds value) noexcept {
    const double seconds = std::chrono::duration<double>(value).count();
    std::size_t bucket = 0;
    while (bucket < N && seconds > bounds_[bucket])
      ++bucket;
    buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value.count(), std::memory_order_relaxed);
  }

  /// The count is that of the buckets, so the two always agree.
  struct snapshot {
    std::array<double, N> bounds;
    std::array<std::uint64_t, N> cumulative;
    std::uint64_t count;
    double sum;  ///< seconds
  };
  [[nodiscard]] snapshot read() const noexcept {
    snapshot now{.bounds = bounds_, .cumulative = {}, .count = 0, .sum = 0};
    for (std::size_t i = 0; i < N; ++i) {
      now.count += buckets_[i].load(std::memory_order_relaxed);
      now.cumulative[i] = now.count;
    }
    now.count += buckets_[N].load(std::memory_order_relaxed);
    now.sum = static_cast<double>(sum_.load(std::memory_order_relaxed)) / 1e9;
    return now;
  }

 private:
  const std::array<double, N> bounds_;
  std::array<std::atomic<std::uint64_t>, N + 1> buckets_{};
  std::atomic<std::int64_t> sum_{0};  // nanoseconds
};

template <std::size_t N>
histogram(const std::array<double, N>&) -> histogram<N>;

}  // namespace tokensieve
