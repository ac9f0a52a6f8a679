#include "schemas/request_reader.h"

#include "schemas/json_index.h"
#include "schemas/json_value.h"

#include <charconv>

namespace tokensieve {
namespace {

constexpr std::string_view k_schema = "tokensieve.revocation-request/v1";

std::optional<std::string> text_of(const std::optional<json_value>& value) {
  return value ? value->text() : std::nullopt;
}

std::optional<token_confidence> parse_confidence(std::string_view name) {
  for (const auto value : {token_confidence::low, token_confidence::medium,
                           token_confidence::high}) {
    if (to_string(value) == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<token_fingerprint> parse_fingerprint(std::string_view text) {
  constexpr std::string_view k_algorithm = "sha256:";
  token_fingerprint parsed;
  if (!text.starts_with(k_algorithm) ||
      text.size() != k_algorithm.size() + 2 * parsed.bytes.size()) {
    return std::nullopt;
  }
  const char* digits = text.data() + k_algorithm.size();
  for (std::uint8_t& byte : parsed.bytes) {
    const auto [end, failure] = std::from_chars(digits, digits + 2, byte, 16);
    if (failure != std::errc() || end != digits + 2) return std::nullopt;
    digits += 2;
  }
  return parsed;
}

std::optional<request_identity> read_request_identity(std::string_view value) {
  json_index document;
  if (document.build(value, 0)) return std::nullopt;
  const json_value root(document, 0);
  if (!root.is_object()) return std::nullopt;
  if (text_of(root.member("schema")) != k_schema) return std::nullopt;
  const auto token = root.member("token");
  if (!token || !token->is_object()) return std::nullopt;
  const auto fingerprint = text_of(token->member("fingerprint"));
  const auto confidence = text_of(root.member("confidence"));
  if (!fingerprint || !confidence) return std::nullopt;
  const auto identity = parse_fingerprint(*fingerprint);
  const auto known_confidence = parse_confidence(*confidence);
  if (!identity || !known_confidence) return std::nullopt;
  const auto registry = root.member("registry");
  return request_identity{.fingerprint = *identity,
                          .registry = registry && registry->is_string()
                                          ? registry->text().value_or("")
                                          : std::string(),
                          .confidence = *known_confidence};
}

}  // namespace tokensieve
