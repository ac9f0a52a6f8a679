#pragma once

#include "pipeline/setting.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace tokensieve {

/// The keys of a YAML file in its order; nothing if it cannot be read as a
/// whole. Appends to `problems` what is wrong with the file as such: it cannot
/// be opened, is no YAML, a key that is a mapping where a value is due. A key
/// may be written nested or dotted.
[[nodiscard]] std::optional<std::vector<setting>> read_yaml_settings(
    const std::filesystem::path& path, std::vector<config_problem>& problems);

}  // namespace tokensieve
