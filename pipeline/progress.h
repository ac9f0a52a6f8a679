#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

namespace tokensieve {

/// A line on standard error that says how far a command is, redrawn while it
/// runs. Draws nothing where standard error is no terminal.
class progress {
 public:
  /// `line` is called from a thread of its own, some times a second, until
  /// the progress is destroyed; it must be safe to call meanwhile.
  explicit progress(std::function<std::string()> line);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

 private:
  std::jthread thread_;
};

/// `1.23 GB`, `456 kB`: decimal units, three digits.
[[nodiscard]] std::string format_bytes(double bytes);

}  // namespace tokensieve
