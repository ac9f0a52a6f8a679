#include "pipeline/request_table.h"

namespace tokensieve {

bool request_table::admit(const request_identity& wanted,
                          std::uint64_t sequence, clock::time_point now) {
  if (window_ != std::chrono::seconds::zero()) {
    while (!order_.empty() && order_.front().time + window_ <= now) {
      forget_oldest();
    }
  }
  if (known_.covers(wanted)) return false;
  // In this order: if memory runs out between the two, no request is known
  // that was not emitted and that `roll_back` cannot forget.
  order_.push_back({wanted, sequence, now});
  try {
    known_.add(wanted);
  } catch (...) {
    order_.pop_back();
    throw;
  }
  if (order_.size() > capacity_) {
    ++evicted_;
    forget_oldest();
  }
  return true;
}

void request_table::roll_back(std::uint64_t sequence) {
  while (!order_.empty() && order_.back().sequence >= sequence) {
    known_.remove(order_.back().identity);
    order_.pop_back();
  }
}

void request_table::forget_oldest() {
  known_.remove(order_.front().identity);
  order_.pop_front();
}

}  // namespace tokensieve
