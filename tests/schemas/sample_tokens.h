#pragma once

#include "schemas/request.h"

#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

inline constexpr std::string_view k_granular_token =
    "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";
inline constexpr std::string_view k_legacy_token =
    "5afe0000-0040-4000-8000-5eed5eed5eed";

/// A finding of `value`, with what its form says.
inline finding sample_finding(std::string_view value) {
  secret token(value);
  const token_fingerprint fingerprint = fingerprint_of(token);
  const bool granular = value.starts_with("npm_");
  token_format format = token_format::uuid;
  if (granular) format = token_format::npm;
  if (value.starts_with("NpmToken.")) format = token_format::nexus;
  return {.token = std::move(token),
          .fingerprint = fingerprint,
          .kind = granular ? token_kind::granular : token_kind::legacy,
          .format = format,
          .checksum = granular ? token_checksum::valid : token_checksum::none,
          .confidence = token_confidence::high,
          .registry = {},
          .encodings = {},
          .begin = 0,
          .end = value.size()};
}

/// A token of which nothing is known but where it stands.
inline leaked_token bare_token(std::string_view value) {
  leaked_token token{
      .found = sample_finding(value), .where = {}, .hazards = {}};
  token.where.line = 1;
  token.where.column = 1;
  return token;
}

/// A token of which everything is known.
inline leaked_token full_token(std::string_view value) {
  leaked_token token = bare_token(value);
  token.found.registry = "npm.corp.example:8443/path/";
  token.found.encodings = {token_encoding::base64, token_encoding::base64};
  token.hazards = {token_hazard::wipe_on_revoke};
  token.where = {.kind = leak_kind::commit,
                 .provider = "github",
                 .organization = "acme",
                 .repository = "acme/web",
                 .build = "8812",
                 .job = "test 20",
                 .sha = "00000000000000000000000000000000000000ff",
                 .path = ".npmrc",
                 .url = "https://git.example/acme/web",
                 .time = "2026-11-24T02:07:00Z",
                 .side = patch_side::added,
                 .index = 3,
                 .field = "/files/0/patch",
                 .line = 12,
                 .column = 33};
  return token;
}

inline kafka_origin sample_origin() {
  return {.topic = "ci.build-logs",
          .partition = 3,
          .offset = 81234,
          .timestamp_ms = 1795486020123};
}

}  // namespace tokensieve
