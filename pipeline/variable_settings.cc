#include "pipeline/variable_settings.h"

#include "pipeline/config_keys.h"
#include "pipeline/did_you_mean.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace tokensieve {

namespace {

// Kubernetes sets these in every container for a Service whose name starts
// with `tokensieve`.
bool is_kubernetes_service(std::string_view name) {
  return name.ends_with("_SERVICE_HOST") || name.ends_with("_PORT") ||
         name.find("_SERVICE_PORT") != std::string_view::npos ||
         name.find("_PORT_") != std::string_view::npos;
}

std::vector<std::string> all_variables() {
  std::vector<std::string> all{"TOKENSIEVE_CONFIG"};
  for (const config_key& key : config_keys()) {
    all.push_back(variable_of(key.name));
  }
  return all;
}

// Other programs may use the prefix, so a name counts as mistyped only if it
// is near one of ours or begins with a section's name.
std::optional<std::string> describe_unknown_variable(const std::string& name) {
  static const std::vector<std::string> known = all_variables();
  if (is_kubernetes_service(name)) return std::nullopt;
  if (const auto meant = did_you_mean(name, known)) {
    return "unknown variable; did you mean " + *meant + "?";
  }
  if (name.starts_with("TOKENSIEVE_KAFKA_")) {
    return "no property of the installed librdkafka has this name";
  }
  const bool in_section =
      std::ranges::any_of(config_keys(), [&](const config_key& key) {
        const auto dot = key.name.find('.');
        return dot != std::string_view::npos &&
               name.starts_with(variable_of(key.name.substr(0, dot + 1)));
      });
  return in_section ? std::optional<std::string>{"unknown variable"}
                    : std::nullopt;
}

}  // namespace

std::vector<setting> read_variable_settings(
    const std::map<std::string, std::string>& variables,
    std::vector<config_problem>& problems) {
  std::vector<setting> settings;
  for (const auto& [name, value] : variables) {
    if (!name.starts_with("TOKENSIEVE_") || name == "TOKENSIEVE_CONFIG") {
      continue;
    }
    const std::string where = "variable " + name;
    if (auto key = key_of_variable(name)) {
      settings.push_back({.key = *std::move(key),
                          .values = {value},
                          .list = false,
                          .source = setting_source::variable,
                          .where = where,
                          .directory = {},
                          .exposed = false});
    } else if (auto unknown = describe_unknown_variable(name)) {
      problems.push_back({where, "", *std::move(unknown)});
    }
  }
  return settings;
}

}  // namespace tokensieve
