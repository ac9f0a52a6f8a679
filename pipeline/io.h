#pragma once

#include "pipeline/batch.h"

#include <chrono>
#include <functional>
#include <stdexcept>
#include <tuple>

namespace tokensieve {

/// The process cannot do its work any more (exit status 4).
class cannot_go_on : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where batches come from. Called by one thread, the source thread.
class source {
 public:
  virtual ~source() = default;

  /// The next batch, with its units taken; blocks until there is one. Null
  /// at the end of the input or once the process was asked to stop.
  virtual batch_ptr next() = 0;
};

/// Where results go. Called by one thread, the sink thread, in poll order.
class sink {
 public:
  virtual ~sink() = default;

  /// Before the first batch. `wake` may be called from any thread and makes
  /// the sink thread call `idle` after all that was handed over before.
  virtual void start(const std::function<void()>& wake) { std::ignore = wake; }

  /// Takes what the batch emits and its positions; the batch itself is
  /// released when it is destroyed, which may be at once.
  virtual void take(batch_ptr batch) = 0;

  /// When `idle` is due next if no batch comes.
  virtual std::chrono::steady_clock::time_point deadline() {
    return std::chrono::steady_clock::time_point::max();
  }

  /// At `deadline`, and after a wake.
  virtual void idle() {}

  /// After the last batch: everything taken is written when it returns.
  virtual void finish() = 0;
};

}  // namespace tokensieve
