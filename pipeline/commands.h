#pragma once

#include "pipeline/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

/// Exit statuses of `run`, and of `doctor` (0 or 2); `scan` ends with 0
/// (nothing found), 1 (findings) or 2 (an input that could not be read).
inline constexpr int k_exit_stopped = 0;
inline constexpr int k_exit_configuration = 2;
inline constexpr int k_exit_duplicate_instance = 3;
inline constexpr int k_exit_cannot_go_on = 4;

enum class scan_input : std::uint8_t {
  automatic,  ///< `auto`: told from the first bytes of each file
  events,     ///< an event a line
  text,
};
enum class scan_output : std::uint8_t { json, table };

/// `tokensieve scan`. Of `settings`, `detection`, `threads`, `memory`,
/// `input.max_event_bytes` and `log` count.
struct scan_command {
  config settings;
  std::vector<std::string> files;  ///< in order, `-` is standard input; never
                                   ///< empty
  scan_input input = scan_input::automatic;
  scan_output output = scan_output::json;
  bool redact = false;   ///< print sightings instead of requests
  bool all = false;      ///< print repeats as sightings
  bool explain = false;  ///< say on standard error what was rejected and why
};

/// `tokensieve doctor`: asks the cluster whether `run` would do well.
struct doctor_command {
  config settings;
};

/// `tokensieve demo`.
struct demo_command {
  std::uint32_t rate = 1000;   ///< events a second
  std::uint32_t seconds = 10;  ///< 0: until interrupted
};

// Each returns the exit status, logs its own errors to standard error, and
// may throw where it cannot start.
[[nodiscard]] int run_stream(const config& settings);
[[nodiscard]] int scan_files(const scan_command& command);
[[nodiscard]] int examine_cluster(const config& settings);
[[nodiscard]] int run_demo(const demo_command& command);

}  // namespace tokensieve
