#pragma once

#include "detectors/finding.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tokensieve {

using rejection_counts = std::array<std::uint64_t, k_rejections>;

/// What was rejected: counted by reason, and kept where somebody asks for it.
/// Does not throw, for Hyperscan's callback adds to it.
struct rejection_log {
  rejection_counts counts{};
  /// Filled up to its capacity; null where nobody asks.
  std::vector<rejected_candidate>* kept = nullptr;

  void add(const rejected_candidate& one) noexcept {
    ++counts[static_cast<std::size_t>(one.why)];
    if (kept != nullptr && kept->size() < kept->capacity())
      kept->push_back(one);
  }
};

}  // namespace tokensieve
