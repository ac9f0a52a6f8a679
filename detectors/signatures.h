#pragma once

#include <cstdint>
#include <memory>

#include "detectors/hs_handles.h"

namespace tokensieve {

/// The compiled pattern sets: immutable once built, shared by all workers,
/// used from any thread. Compiling takes some milliseconds, so build it once
/// a process.
class signatures {
 public:
  /// Throws std::runtime_error where Hyperscan cannot compile for this
  /// processor (start-up is the only place that may throw).
  static std::shared_ptr<const signatures> compile();

  /// Over raw event bytes: matches wherever an event *may* hold a token,
  /// JSON's escapes included. Only ever wider than `full`.
  [[nodiscard]] const hs_database_t* prefilter() const noexcept {
    return prefilter_.get();
  }
  /// Over unescaped text: the fixed text of every signature, with its id.
  [[nodiscard]] const hs_database_t* full() const noexcept {
    return full_.get();
  }

 private:
  signatures(hs_database_handle prefilter, hs_database_handle full) noexcept
      : prefilter_(std::move(prefilter)), full_(std::move(full)) {}

  hs_database_handle prefilter_;
  hs_database_handle full_;
};

}  // namespace tokensieve
