#pragma once

#include "pipeline/commands.h"

#include <map>
#include <span>
#include <string>
#include <variant>

namespace tokensieve {

/// Everything is said: print it and end.
struct finished {
  int status = 0;
  std::string out;  ///< for standard output
  std::string err;  ///< for standard error
};

struct run_command {
  config settings;
};

using command = std::variant<finished, run_command, scan_command,
                             doctor_command, demo_command>;

/// Reads a command line (without the program's name) and the configuration
/// that goes with it. Help, `version`, `check-config` and every mistake end as
/// `finished`. Shows no value of a flag that it does not know: it may be a
/// password.
[[nodiscard]] command read_command_line(
    std::span<const char* const> arguments,
    const std::map<std::string, std::string>& variables);

}  // namespace tokensieve
