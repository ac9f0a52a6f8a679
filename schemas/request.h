#pragma once

#include "detectors/finding.h"
#include "schemas/leak.h"
#include "schemas/message.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

/// A token with all that a request says about it. Owns everything.
struct leaked_token {
  finding found;
  leak where;
  std::vector<token_hazard> hazards;
};

/// The `id` of a request: lower-case hex SHA-256 of the origin, the place,
/// the fingerprint and the registry, one a line. The same for every replay of
/// one record.
[[nodiscard]] std::string request_id(const leaked_token& token,
                                     const leak_origin& origin);

/// A revocation request (`revocation-request.schema.json`), one line of JSON
/// without its end. The only output that holds the token's value.
[[nodiscard]] std::string write_request(const leaked_token& token,
                                        const leak_origin& origin);

/// A sighting (`sighting.schema.json`): the place of a repeat, seen `count`
/// times in its record, without the token's value.
[[nodiscard]] std::string write_sighting(const leaked_token& token,
                                         const leak_origin& origin,
                                         std::uint64_t count);

/// CloudEvents binary-mode headers of a request or of a sighting.
enum class output_kind : std::uint8_t { request, sighting };
[[nodiscard]] std::vector<message_header> cloud_event_headers(
    output_kind kind, const leaked_token& token, const kafka_origin& origin);

}  // namespace tokensieve
