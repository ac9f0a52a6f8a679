#pragma once

#include "pipeline/config.h"
#include "pipeline/setting.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokensieve {

/// Where a configuration comes from. A flag wins over a variable, a variable
/// over the file.
struct config_sources {
  std::optional<std::string> file;  ///< `--config`, else `TOKENSIEVE_CONFIG`
  /// Flags without `--`, in order; a list's flags add up, else the last wins.
  std::vector<std::pair<std::string, std::string>> flags;
  /// The environment; only names that start with `TOKENSIEVE_` count.
  std::map<std::string, std::string> variables;
};

/// `scan` reads no stream: librdkafka's properties, topics and the like may be
/// there, and are left alone.
enum class config_use : std::uint8_t { stream, scan };

struct loaded_config {
  config values;
  /// What was set and won, by key.
  std::map<std::string, setting, std::less<>> settings;
  /// In the order of the sources. Empty: `values` is valid.
  std::vector<config_problem> problems;
};

/// Reads everything and reports every problem, not only the first. A value may
/// be `${file:PATH}`: the text of that file without its line end.
[[nodiscard]] loaded_config load_config(const config_sources& sources,
                                        config_use use);

/// The configuration in effect as YAML that `load_config` reads back, each
/// value that is no default with its source. Secrets are masked, or shown as
/// the `${file:PATH}` that they were written as.
[[nodiscard]] std::string print_config(const loaded_config& loaded);

}  // namespace tokensieve
