#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tokensieve {

/// `0.1.0`
[[nodiscard]] std::string_view version() noexcept;

/// Of the librdkafka in use: as text, and as 0xMMmmrr.
[[nodiscard]] std::string_view librdkafka_version() noexcept;
[[nodiscard]] std::uint32_t librdkafka_release() noexcept;

/// The version with those of the libraries in use and of the compiler, one a
/// line.
[[nodiscard]] std::string describe_version();

}  // namespace tokensieve
