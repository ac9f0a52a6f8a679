#include "pipeline/log_limiter.h"

#include <utility>

namespace tokensieve {

std::optional<std::uint64_t> log_limiter::admit(std::string_view place,
                                                clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  auto found = places_.find(place);
  if (found == places_.end()) {
    found = places_.emplace(std::string(place), state{.since = now}).first;
  }
  state& known = found->second;
  if (now - known.since >= k_interval) {
    known.since = now;
    known.written = 0;
  }
  if (known.written == k_lines) {
    ++known.left_out;
    return std::nullopt;
  }
  ++known.written;
  return std::exchange(known.left_out, 0);
}

}  // namespace tokensieve
