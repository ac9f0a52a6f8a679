#include "pipeline/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <utility>

namespace tokensieve {

progress::progress(std::function<std::string()> line) {
  if (::isatty(STDERR_FILENO) == 0) return;
  thread_ = std::jthread([line = std::move(line)](std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stopped.wait_for(lock, stop, std::chrono::milliseconds(200),
                             [&] { return stop.stop_requested(); })) {
      // Return to the line's start, erase it, write it anew.
      fmt::print(stderr, "\r\x1b[K{}", line());
    }
    fmt::print(stderr, "\r\x1b[K");
  });
}

progress::~progress() = default;

std::string format_bytes(double bytes) {
  constexpr std::array<std::string_view, 5> k_units{"B", "kB", "MB", "GB",
                                                    "TB"};
  std::size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < k_units.size()) {
    bytes /= 1000;
    ++unit;
  }
  return fmt::format("{:.3g} {}", bytes, k_units[unit]);
}

}  // namespace tokensieve
