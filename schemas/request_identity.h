#pragma once

#include "detectors/finding.h"
#include "schemas/json_index.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

/// What makes two requests the same, short enough to remember by the million:
/// 128 bits of a SHA-256 each stand for the token and for the token at its
/// registry.
struct request_identity {
  using digest = std::array<std::uint64_t, 2>;

  digest token{};        ///< of the fingerprint
  digest at_registry{};  ///< of fingerprint and registry; `token` without one
  token_confidence confidence = token_confidence::high;
};

[[nodiscard]] request_identity identity_of(const token_fingerprint& fingerprint,
                                           std::string_view registry,
                                           token_confidence confidence);

/// Reads identities back from the request topic. Reuses its memory; not
/// thread-safe.
class request_reader {
 public:
  /// The identity of the request in a record's `value`; nothing if that is no
  /// request of this program's.
  [[nodiscard]] std::optional<request_identity> read(std::string_view value);

 private:
  json_index index_;
};

}  // namespace tokensieve
