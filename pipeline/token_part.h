#pragma once

#include "detectors/finding.h"

#include <cstddef>

namespace tokensieve {

/// Is it the token `whole`, seen in a part of its text that begins at `offset`?
[[nodiscard]] inline bool is_part_of(const finding& part, std::size_t offset,
                                     const finding& whole) noexcept {
  return part.begin + offset < whole.end && whole.begin < part.end + offset &&
         part.fingerprint == whole.fingerprint;
}

/// Does `part`, seen from one side of a cut alone, say all of `whole`?
[[nodiscard]] inline bool says_all(const finding& part,
                                   const finding& whole) noexcept {
  return (whole.registry.empty() || part.registry == whole.registry) &&
         part.confidence >= whole.confidence;
}

}  // namespace tokensieve
