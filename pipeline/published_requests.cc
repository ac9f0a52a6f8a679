#include "pipeline/published_requests.h"

namespace tokensieve {

void published_requests::add(const request_identity& request,
                             clock::time_point time) {
  const std::scoped_lock lock(mutex_);
  known_.add(request);
  try {
    by_time_.push({time, request});
  } catch (...) {
    known_.remove(request);
    throw;
  }
  if (by_time_.size() > capacity_) {
    ++evicted_;
    forget_oldest();
  }
}

bool published_requests::cover(const request_identity& wanted,
                               clock::time_point now) {
  const std::scoped_lock lock(mutex_);
  while (!by_time_.empty() && by_time_.top().time + window_ <= now) {
    forget_oldest();
  }
  return known_.covers(wanted);
}

void published_requests::forget_oldest() {
  known_.remove(by_time_.top().identity);
  by_time_.pop();
}

std::size_t published_requests::size() const {
  const std::scoped_lock lock(mutex_);
  return by_time_.size();
}

std::uint64_t published_requests::evicted() const {
  const std::scoped_lock lock(mutex_);
  return evicted_;
}

}  // namespace tokensieve
