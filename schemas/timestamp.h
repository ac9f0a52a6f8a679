#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tokensieve {

/// A record's timestamp (Unix time, milliseconds) as RFC 3339 in UTC, always
/// with milliseconds. Absent where there is none or where its year has not
/// four digits, which RFC 3339 cannot say.
[[nodiscard]] std::optional<std::string> rfc_3339(
    std::optional<std::int64_t> unix_ms);

}  // namespace tokensieve
