#include "schemas/otel_resource.h"

#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

struct mapping {
  std::string_view attribute;
  std::optional<std::string> leak::* member;
};

// Of two for one member the first counts.
constexpr mapping k_mappings[] = {
    {"vcs.provider.name", &leak::provider},
    {"vcs.owner.name", &leak::organization},
    {"vcs.repository.name", &leak::repository},
    {"vcs.repository.url.full", &leak::repository},
    {"cicd.pipeline.run.id", &leak::build},
    {"cicd.pipeline.task.name", &leak::job},
    {"cicd.pipeline.name", &leak::job},
    {"cicd.pipeline.task.run.url.full", &leak::url},
    {"cicd.pipeline.run.url.full", &leak::url},
};

/// A string or a number: `{"stringValue":"x"}`, `{"intValue":"1"}`.
std::optional<std::string> value_of(const json_value& attribute) {
  const auto value = attribute.member("value");
  if (!value) return {};
  for (const std::string_view type : {"stringValue", "intValue"}) {
    if (const auto found = value->member(type)) return found->text();
  }
  return {};
}

std::optional<std::string> find_attribute(const json_value& attributes,
                                          std::string_view name) {
  for (auto one = attributes.first_element(); one; one = one->next_element()) {
    const auto key = one->member("key");
    if (key && key->text() == name) return value_of(*one);
  }
  return {};
}

}  // namespace

leak read_otel_resource(const json_value& resource) {
  leak out;
  const auto attributes = resource.member("attributes");
  if (!attributes || !attributes->is_array()) return out;
  for (const mapping& one : k_mappings) {
    auto& member = out.*one.member;
    if (!member) member = find_attribute(*attributes, one.attribute);
  }
  return out;
}

}  // namespace tokensieve
