#pragma once

#include "pipeline/error.h"
#include "pipeline/setting.h"

#include <string>

namespace tokensieve {

/// The value is `${file:PATH}`.
[[nodiscard]] bool is_file_reference(const std::string& value);

/// The setting with the text of its file for each `${file:PATH}`, without the
/// last line end. The error shows no value.
[[nodiscard]] result<setting> resolve_file_references(setting written);

}  // namespace tokensieve
