#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace tokensieve {

/// Ends the process where a stop takes longer than it may, for a broker that
/// does not answer: what is not committed by then is read again. A second
/// signal shortens the time to what an abort takes. One a process.
class stop_deadline {
 public:
  /// `drain` is what one signal allows.
  explicit stop_deadline(std::chrono::milliseconds drain);
  stop_deadline(const stop_deadline&) = delete;
  stop_deadline& operator=(const stop_deadline&) = delete;

 private:
  void watch(const std::stop_token& ended, std::chrono::milliseconds drain);

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace tokensieve
