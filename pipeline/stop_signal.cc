#include "pipeline/stop_signal.h"

#include <atomic>
#include <csignal>
#include <thread>

namespace tokensieve {
namespace {

std::atomic<int> signals_seen{0};
std::atomic<int> exit_status{0};
static_assert(std::atomic<int>::is_always_lock_free,
              "written from a signal handler");

extern "C" void count_signal(int) {
  signals_seen.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

void install_stop_signals() {
  struct sigaction action{};
  action.sa_handler = count_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

stop_level stop_requested() noexcept {
  switch (signals_seen.load(std::memory_order_relaxed)) {
    case 0:
      return stop_level::none;
    case 1:
      return stop_level::drain;
    default:
      return stop_level::abort;
  }
}

void pause_unless_stopped(std::chrono::milliseconds pause) {
  const auto until = std::chrono::steady_clock::now() + pause;
  while (std::chrono::steady_clock::now() < until &&
         stop_requested() == stop_level::none) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void request_stop(int status) noexcept {
  int none = 0;
  exit_status.compare_exchange_strong(none, status, std::memory_order_relaxed);
  int expected = 0;
  signals_seen.compare_exchange_strong(expected, 1, std::memory_order_relaxed);
}

int requested_status() noexcept {
  return exit_status.load(std::memory_order_relaxed);
}

}  // namespace tokensieve
