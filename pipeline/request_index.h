#pragma once

#include "schemas/request_identity.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace tokensieve {

/// The rule of what repeats what, over a multiset of requests: a null registry
/// repeats any request of its token; a registry that no request named and a
/// rise in confidence are new. Each call costs the same whatever a log holds.
/// Not thread-safe.
class request_index {
 public:
  /// Bytes that a request takes at most, here and in the table that orders
  /// it; for budgets.
  static constexpr std::size_t k_bytes_a_request = 192;

  void add(const request_identity& request);

  /// REQUIRES: `request` was added and not yet removed.
  void remove(const request_identity& request);

  /// True if what was added makes `wanted` a repeat.
  [[nodiscard]] bool covers(const request_identity& wanted) const;

 private:
  using digest = request_identity::digest;
  struct hash {
    // The bytes are a cryptographic hash already.
    std::size_t operator()(const digest& of) const noexcept { return of[0]; }
  };
  /// Requests by confidence.
  using counts = std::array<std::uint32_t, 3>;

  void take(const digest& from, std::size_t confidence);

  std::unordered_map<digest, counts, hash> requests_;
};

}  // namespace tokensieve
