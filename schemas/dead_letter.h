#pragma once

#include "schemas/leak.h"
#include "schemas/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// Why an event goes to the dead-letter topic. Its findings are emitted all
/// the same.
enum class dead_letter_reason : std::uint8_t {
  invalid_json,      ///< claims JSON; index or top level cannot be read
  invalid_utf8,      ///< claims JSON and is not UTF-8
  too_deep,          ///< brackets nested over 1,024
  too_large,         ///< over `input.max_event_bytes`
  not_an_event,      ///< a required member is missing or of the wrong type
  decode_limit,      ///< a decoder's bound or the number of findings
  produce_rejected,  ///< the broker refused the output record
};
inline constexpr std::size_t k_dead_letter_reasons = 7;
[[nodiscard]] std::string_view to_string(dead_letter_reason value) noexcept;

/// The headers of a dead letter: `dlq-*` and the `__connect.errors.*` names
/// that existing tools read. `truncated` is the size of a value that was left
/// out. The record's key and value are the original bytes.
[[nodiscard]] std::vector<message_header> dead_letter_headers(
    dead_letter_reason reason, const kafka_origin& origin,
    std::optional<std::size_t> truncated);

}  // namespace tokensieve
