#pragma once

#include "pipeline/setting.h"

#include <map>
#include <string>
#include <vector>

namespace tokensieve {

/// The keys that environment variables set. Appends to `problems` those that
/// look like one of tokensieve's and are none.
[[nodiscard]] std::vector<setting> read_variable_settings(
    const std::map<std::string, std::string>& variables,
    std::vector<config_problem>& problems);

}  // namespace tokensieve
