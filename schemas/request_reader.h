#pragma once

#include "detectors/finding.h"

#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// What makes two requests the same, without the token's value.
struct request_identity {
  token_fingerprint fingerprint;
  std::string registry;  ///< empty for null
  token_confidence confidence = token_confidence::low;
};

/// Reads back the identity of a request that `write_request` wrote; ignores
/// members it does not know. Nothing if `value` is no request of version 1.
[[nodiscard]] std::optional<request_identity> read_request_identity(
    std::string_view value);

}  // namespace tokensieve
