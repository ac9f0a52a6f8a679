#pragma once

#include <chrono>
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
  std::jthread thread_;
};

}  // namespace tokensieve
