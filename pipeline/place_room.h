#pragma once

#include "detectors/scanner.h"

#include <cstddef>

namespace tokensieve {

/// How many places of one record may still be kept, and the bytes that may
/// describe them: one bad event must not make the output unbounded, and a key
/// of a megabyte may stand above thousands of tokens.
class place_room {
 public:
  explicit constexpr place_room(std::size_t record_size) noexcept
      : bytes_(k_base + k_factor * record_size) {}

  /// Takes a place that `bytes` describe; false from the first on that does not
  /// fit.
  [[nodiscard]] constexpr bool take(std::size_t bytes) noexcept {
    if (places_ == 0 || bytes > bytes_) {
      places_ = 0;
      return false;
    }
    --places_;
    bytes_ -= bytes;
    return true;
  }

 private:
  static constexpr std::size_t k_base = std::size_t{64} << 10;
  static constexpr std::size_t k_factor = 4;

  std::size_t bytes_;
  std::size_t places_ = scanner::k_max_findings;
};

}  // namespace tokensieve
