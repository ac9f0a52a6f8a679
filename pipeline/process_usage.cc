#include "pipeline/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>

namespace tokensieve {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_usec) / 1e6;
}

/// When this part of the program was loaded.
const auto k_start = std::chrono::system_clock::now();

}  // namespace

process_usage read_process_usage() {
  process_usage usage;
  // The program's size, then what of it is resident, in pages.
  std::ifstream pages("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (pages >> size >> resident) {
    usage.resident_bytes =
        resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0) {
    usage.cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  }
  usage.start_seconds =
      std::chrono::duration<double>(k_start.time_since_epoch()).count();
  return usage;
}

}  // namespace tokensieve
