#pragma once

#include <string>
#include <string_view>

namespace tokensieve {

/// `0.1.0`
[[nodiscard]] std::string_view version() noexcept;

/// The version with those of the libraries in use and of the compiler, one a
/// line.
[[nodiscard]] std::string describe_version();

}  // namespace tokensieve
