#pragma once

#include "detectors/secret.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace tokensieve {

// A UUID that stands in base64 behind a name in clear, as in a Secret of
// Kubernetes. What was encoded has no name, so nothing else would look there.

/// The letters that a UUID fills: whole groups, and no other token is as long.
inline constexpr std::size_t k_encoded_uuid_size = 48;

/// May such letters begin at `at` of raw bytes?
[[nodiscard]] bool may_be_encoded_uuid(std::string_view raw,
                                       std::size_t at) noexcept;

/// The UUID that the letters at `at` stand for, alone or with a line end, if
/// it is no placeholder.
[[nodiscard]] std::optional<secret> encoded_uuid_at(std::string_view text,
                                                    std::size_t at) noexcept;

}  // namespace tokensieve
