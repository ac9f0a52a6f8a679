#pragma once

#include <string_view>

namespace tokensieve {

[[nodiscard]] std::string_view without_byte_order_mark(
    std::string_view bytes) noexcept;

/// `bytes` behind the five that Confluent's serialisers put in front of a
/// value: a NUL and the number of its schema. Empty where there are none.
[[nodiscard]] std::string_view without_schema_id(
    std::string_view bytes) noexcept;

/// `bytes` from the first one on that is no blank of JSON's.
[[nodiscard]] std::string_view without_blanks(std::string_view bytes) noexcept;

/// Does an event claim to be JSON, so that it is a dead letter if it is none?
/// By the bytes behind byte-order mark and blanks: `{"`, `{}`, `[{`, `["`,
/// `[[`; or by the content type.
[[nodiscard]] bool claims_json(std::string_view content,
                               std::string_view content_type) noexcept;

/// Can `content` be an object, an array or a string? False for most log lines
/// that begin with a bracket, at no cost.
[[nodiscard]] bool may_be_json(std::string_view content) noexcept;

/// Takes the next line that holds more than blanks off `rest`, without its
/// end; empty if there is none.
[[nodiscard]] std::string_view take_line(std::string_view& rest) noexcept;

}  // namespace tokensieve
