#pragma once

#include "pipeline/config.h"

#include <string_view>

namespace tokensieve {

/// Makes spdlog's default logger write to standard error: a line of text, or
/// of JSON (`time`, `level`, `message`), per message, in UTC. Whatever a
/// message holds, it stays one line and valid UTF-8, and sends nothing to a
/// terminal. Call it before other threads start.
void set_up_log(const log_config& settings);

/// For code that does not use spdlog itself.
void log_error(std::string_view message);

}  // namespace tokensieve
