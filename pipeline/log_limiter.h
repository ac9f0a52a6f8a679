#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// How much a place in the code may say: some lines a minute, from its first
/// one on. A broker that is down for a night must not fill a disk. Thread-safe.
class log_limiter {
 public:
  using clock = std::chrono::steady_clock;
  static constexpr std::uint64_t k_lines = 10;
  static constexpr std::chrono::seconds k_interval{60};

  /// May `place` say a line now? If so, how many before it were left out.
  [[nodiscard]] std::optional<std::uint64_t> admit(
      std::string_view place, clock::time_point now = clock::now());

 private:
  struct state {
    clock::time_point since;
    std::uint64_t written = 0;
    std::uint64_t left_out = 0;
  };

  std::mutex mutex_;
  std::map<std::string, state, std::less<>> places_;  // guarded by mutex_
};

}  // namespace tokensieve
