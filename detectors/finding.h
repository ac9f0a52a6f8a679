#pragma once

#include "detectors/secret.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// `granular` is the `npm_` form, `legacy` the UUID form.
enum class token_kind : std::uint8_t { legacy, granular };
inline constexpr std::size_t k_token_kinds = 2;

/// `nexus` is `NpmToken.` + UUID (Nexus Repository), prefix included.
enum class token_format : std::uint8_t { npm, uuid, nexus };

enum class token_checksum : std::uint8_t { none, valid, invalid };
inline constexpr std::size_t k_token_checksums = 3;

enum class token_confidence : std::uint8_t { low, medium, high };

/// What had to be undone to read a token, from the outermost in. JSON's own
/// escapes are undone by the event reader and are not listed.
enum class token_encoding : std::uint8_t {
  base64,
  hex,
  percent,
  escape,
  html,
  quoted_printable,
  utf_16le,
  utf_16be,
  gzip,
  zlib,
  zstd,
  terminal,
};

/// What may happen when the token is revoked.
enum class token_hazard : std::uint8_t { wipe_on_revoke };

/// The names of the contract (`quoted-printable`, `wipe-on-revoke`, ...).
[[nodiscard]] std::string_view to_string(token_kind value) noexcept;
[[nodiscard]] std::string_view to_string(token_format value) noexcept;
[[nodiscard]] std::string_view to_string(token_checksum value) noexcept;
[[nodiscard]] std::string_view to_string(token_confidence value) noexcept;
[[nodiscard]] std::string_view to_string(token_encoding value) noexcept;
[[nodiscard]] std::string_view to_string(token_hazard value) noexcept;

/// A token in a text. Owns all it holds: it may outlive the text.
struct finding {
  secret token;
  token_fingerprint fingerprint;
  token_kind kind;
  token_format format;
  token_checksum checksum;
  token_confidence confidence;
  /// `host[:port]/path/` as written next to the token, without user
  /// information; empty where none is written.
  std::string registry;
  /// From the outermost in; empty for a token that stands in clear.
  std::vector<token_encoding> encodings;
  /// Bytes [begin, end) of the scanned text: the token, or the outermost
  /// encoded run that holds it.
  std::size_t begin;
  std::size_t end;
};

/// Says that all that `found` was found in is encoded so, if it is.
inline void enclose(std::optional<token_encoding> encoding, finding& found) {
  if (encoding) found.encodings.insert(found.encodings.begin(), *encoding);
}

/// Why a candidate is no finding.
enum class rejection : std::uint8_t {
  bad_checksum,    ///< `npm_` + 36, checksum wrong, not asked for
  placeholder,     ///< one repeated character, an all-zero UUID
  no_context,      ///< a name of npm's with no token behind it
  low_confidence,  ///< a token's form and context, surer ones are asked for
};
inline constexpr std::size_t k_rejections = 4;
[[nodiscard]] std::string_view to_string(rejection value) noexcept;

/// A candidate that is no finding, and where it stands (`no_context`: where
/// its value would).
struct rejected_candidate {
  rejection why;
  std::size_t begin;
  std::size_t end;
};

}  // namespace tokensieve
