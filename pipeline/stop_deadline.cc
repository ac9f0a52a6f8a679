#include "pipeline/stop_deadline.h"

#include "pipeline/log.h"
#include "pipeline/stop_signal.h"

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <optional>

namespace tokensieve {
namespace {

constexpr std::chrono::milliseconds k_poll{50};
// An open transaction is aborted in some milliseconds where a broker answers.
constexpr std::chrono::milliseconds k_abort{3000};

/// Until `ended`, which is waited for without a delay.
void watch(const std::stop_token& ended, std::chrono::milliseconds drain) {
  using clock = std::chrono::steady_clock;
  std::optional<clock::time_point> drained;
  std::optional<clock::time_point> aborted;
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, ended, k_poll,
                        [&] { return ended.stop_requested(); })) {
    const stop_level level = stop_requested();
    const auto now = clock::now();
    if (level != stop_level::none && !drained) {
      drained = now + drain;
      log_info("stopping: what was read is committed first");
    }
    if (level == stop_level::abort && !aborted) {
      aborted = now + k_abort;
      log_info("asked again: stopping at once");
    }
    if ((drained && now >= *drained) || (aborted && now >= *aborted)) {
      log_end(
          "the stop takes too long, ending at once; what was not committed "
          "will be read again");
      std::_Exit(requested_status());
    }
  }
}

}  // namespace

stop_deadline::stop_deadline(std::chrono::milliseconds drain)
    : thread_([drain](const std::stop_token& ended) { watch(ended, drain); }) {}

}  // namespace tokensieve
