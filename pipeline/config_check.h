#pragma once

#include "pipeline/config_load.h"

#include <string>

namespace tokensieve {

/// The ranges of the values and how they go together: appends to the problems
/// of `loaded`. `file` is the configuration file's name, where there is one,
/// for what nobody wrote. Lowers `input.max_event_bytes` to what `memory`
/// holds where nobody set it.
void check_config(loaded_config& loaded, config_use use,
                  const std::string& file);

}  // namespace tokensieve
