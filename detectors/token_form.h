#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

// What a token looks like, without regard to what stands around it.

inline constexpr std::string_view k_granular_prefix = "npm_";
inline constexpr std::string_view k_nexus_prefix = "NpmToken.";
inline constexpr std::size_t k_granular_body_size = 36;
inline constexpr std::size_t k_granular_size =
    k_granular_prefix.size() + k_granular_body_size;
inline constexpr std::size_t k_uuid_size = 36;

/// `npm_` and 36 base62 characters at `at`, whatever follows.
[[nodiscard]] bool is_granular_form(std::string_view text,
                                    std::size_t at) noexcept;

/// Are the last six characters of `token` the CRC32 of the 30 before them?
/// REQUIRES: is_granular_form(token, 0).
[[nodiscard]] bool has_valid_checksum(std::string_view token) noexcept;

/// One character repeated, in either case (`npm_xxxx...`).
/// REQUIRES: is_granular_form(token, 0).
[[nodiscard]] bool is_granular_placeholder(std::string_view token) noexcept;

/// A UUID of any version and either case at `at` whose end no letter, digit
/// or underscore follows, unless the bytes behind it are no text.
[[nodiscard]] bool is_uuid_form(std::string_view text, std::size_t at) noexcept;

/// All zero, or one digit repeated in each group; the digits that tell version
/// and variant do not count. REQUIRES: is_uuid_form(uuid, 0).
[[nodiscard]] bool is_uuid_placeholder(std::string_view uuid) noexcept;

/// No letter, digit or underscore on either side of [begin, end).
[[nodiscard]] bool is_delimited(std::string_view text, std::size_t begin,
                                std::size_t end) noexcept;

}  // namespace tokensieve
