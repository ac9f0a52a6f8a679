#pragma once

#include <cstdint>

namespace tokensieve {

/// What this process takes of its machine.
struct process_usage {
  std::uint64_t resident_bytes = 0;
  double cpu_seconds = 0;    ///< user and system
  double start_seconds = 0;  ///< since 1970
};
[[nodiscard]] process_usage read_process_usage();

}  // namespace tokensieve
