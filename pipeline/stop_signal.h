#pragma once

#include <chrono>
#include <cstdint>

namespace tokensieve {

/// What the operator asked for by SIGTERM or SIGINT.
enum class stop_level : std::uint8_t {
  none,
  drain,  ///< once: finish what was read, commit, leave
  abort,  ///< again: abort the open transaction and leave at once
};

/// Catches SIGTERM and SIGINT from here on. Call it before anything else: a
/// process that is still starting must stop cleanly, too.
void install_stop_signals();

/// Safe from any thread.
[[nodiscard]] stop_level stop_requested() noexcept;

/// Waits so long, or until a stop is requested.
void pause_unless_stopped(std::chrono::milliseconds pause);

/// As one signal would; for a part of the process that cannot go on, with the
/// exit status that says why.
void request_stop(int status = 0) noexcept;
/// Of the first `request_stop`; 0 where only signals came.
[[nodiscard]] int requested_status() noexcept;

}  // namespace tokensieve
