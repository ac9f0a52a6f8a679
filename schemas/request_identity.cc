#include "schemas/request_identity.h"

#include "schemas/json_value.h"

#include <openssl/sha.h>

#include <cstring>
#include <string>

namespace tokensieve {
namespace {

std::optional<token_confidence> parse_confidence(std::string_view name) {
  for (const token_confidence level :
       {token_confidence::low, token_confidence::medium,
        token_confidence::high}) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

}  // namespace

request_identity identity_of(const token_fingerprint& fingerprint,
                             std::string_view registry,
                             token_confidence confidence) {
  request_identity identity{.confidence = confidence};
  std::memcpy(identity.token.data(), fingerprint.bytes.data(),
              sizeof(identity.token));
  identity.at_registry = identity.token;
  if (!registry.empty()) {
    std::string text(fingerprint.bytes.begin(), fingerprint.bytes.end());
    text += registry;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> whole;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
           whole.data());
    std::memcpy(identity.at_registry.data(), whole.data(),
                sizeof(identity.at_registry));
  }
  return identity;
}

std::optional<request_identity> request_reader::read(std::string_view value) {
  if (index_.build(value, 0)) return std::nullopt;
  const json_value request(index_, 0);
  const auto schema = request.member("schema");
  const auto token = request.member("token");
  const auto registry = request.member("registry");
  const auto sureness = request.member("confidence");
  if (!schema || !token || !registry || !sureness ||
      schema->text() != "tokensieve.revocation-request/v1") {
    return std::nullopt;
  }
  const auto written = token->member("fingerprint");
  const auto fingerprint =
      written ? parse_fingerprint(written->text().value_or("")) : std::nullopt;
  const auto confidence = parse_confidence(sureness->text().value_or(""));
  if (!fingerprint || !confidence) return std::nullopt;
  return identity_of(*fingerprint, registry->text().value_or(""), *confidence);
}

}  // namespace tokensieve
