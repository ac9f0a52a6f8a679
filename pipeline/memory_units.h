#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace tokensieve {

/// The memory budget, in bytes. Whoever brings data into the process takes
/// units for it first, so a slow output stops the source and nothing else.
///
/// One item is always admitted: an event larger than the budget passes alone.
/// A source is faster than the workers, and memory that is used again lies in
/// the caches: so the number of leases is bounded, too.
/// Thread-safe.
class memory_units {
 public:
  /// Units in use; gives them back when it is destroyed. Must not outlive
  /// the budget.
  class [[nodiscard]] lease {
   public:
    lease() noexcept = default;
    lease(lease&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)),
          bytes_(std::exchange(other.bytes_, 0)) {}
    lease& operator=(lease&& other) noexcept {
      if (this != &other) {
        release();
        owner_ = std::exchange(other.owner_, nullptr);
        bytes_ = std::exchange(other.bytes_, 0);
      }
      return *this;
    }
    ~lease() { release(); }

    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

   private:
    friend class memory_units;
    lease(memory_units* owner, std::size_t bytes) noexcept
        : owner_(owner), bytes_(bytes) {}
    void release() noexcept;

    memory_units* owner_ = nullptr;
    std::size_t bytes_ = 0;
  };

  explicit memory_units(std::size_t budget,
                        std::size_t leases = SIZE_MAX) noexcept
      : budget_(budget), most_leases_(leases) {}
  memory_units(const memory_units&) = delete;
  memory_units& operator=(const memory_units&) = delete;

  /// Units for `bytes` within `patience`, or nothing.
  [[nodiscard]] std::optional<lease> acquire(
      std::size_t bytes, std::chrono::milliseconds patience);

  [[nodiscard]] std::size_t in_use() const;
  [[nodiscard]] std::size_t budget() const noexcept { return budget_; }

 private:
  const std::size_t budget_;
  const std::size_t most_leases_;

  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t in_use_ = 0;  // guarded by mutex_
  std::size_t leases_ = 0;  // guarded by mutex_
};

}  // namespace tokensieve
