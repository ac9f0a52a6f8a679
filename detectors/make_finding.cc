#include "detectors/make_finding.h"

#include "detectors/encoded_uuid.h"
#include "detectors/registry.h"

#include <utility>
#include <vector>

namespace tokensieve {
namespace {

secret token_of(std::string_view text, const candidate& found) {
  const auto [begin, end] = found.place;
  if (is_encoded(found)) return encoded_uuid_at(text, begin).value();
  return secret(text.substr(begin, end - begin));
}

}  // namespace

bool is_encoded(const candidate& found) noexcept {
  return found.place.end - found.place.begin == k_encoded_uuid_size;
}

std::string registry_of(std::string_view text, bool patch,
                        const candidate& found, work_budget& work) {
  switch (found.context) {
    case token_context::npmrc:
      return npmrc_registry(text, found.name, work);
    case token_context::yarn:
      return yarn_registry(text, found.name, patch, work);
    case token_context::none:
      break;
  }
  return {};
}

finding make_finding(std::string_view text, const candidate& found,
                     std::string registry, const token_fingerprint* known) {
  secret token = token_of(text, found);
  const token_fingerprint fingerprint =
      known != nullptr ? *known : fingerprint_of(token);
  std::vector<token_encoding> encodings;
  if (is_encoded(found)) encodings.push_back(token_encoding::base64);
  return finding{.token = std::move(token),
                 .fingerprint = fingerprint,
                 .kind = found.format == token_format::npm
                             ? token_kind::granular
                             : token_kind::legacy,
                 .format = found.format,
                 .checksum = found.checksum,
                 .confidence = found.confidence,
                 .registry = std::move(registry),
                 .encodings = std::move(encodings),
                 .begin = found.place.begin,
                 .end = found.place.end};
}

}  // namespace tokensieve
