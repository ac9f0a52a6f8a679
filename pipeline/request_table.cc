#include "pipeline/request_table.h"

#include <algorithm>
#include <cstring>

namespace tokensieve {

std::size_t request_table::fingerprint_hash::operator()(
    const token_fingerprint& value) const noexcept {
  // The bytes are a cryptographic hash already.
  std::size_t hash = 0;
  std::memcpy(&hash, value.bytes.data(), sizeof(hash));
  return hash;
}

bool request_table::admit(const finding& found, std::uint64_t sequence,
                          clock::time_point now) {
  if (window_ != std::chrono::seconds::zero()) {
    while (!order_.empty() && order_.front().time + window_ <= now) {
      forget(order_.front());
      order_.pop_front();
    }
  }
  std::vector<request>& known = requests_[found.fingerprint];
  const bool repeat = std::ranges::any_of(known, [&](const request& earlier) {
    return earlier.confidence >= found.confidence &&
           (found.registry.empty() || earlier.registry == found.registry);
  });
  if (repeat) return false;
  // In this order: if memory runs out between the two, no request is known
  // that was not emitted and that `roll_back` cannot forget.
  const std::uint64_t number = next_number_++;
  order_.push_back({found.fingerprint, number, sequence, now});
  known.push_back({found.registry, found.confidence, number});
  if (order_.size() > capacity_) {
    ++evicted_;
    forget(order_.front());
    order_.pop_front();
  }
  return true;
}

void request_table::roll_back(std::uint64_t sequence) {
  while (!order_.empty() && order_.back().sequence >= sequence) {
    forget(order_.back());
    order_.pop_back();
  }
}

void request_table::forget(const issued& entry) {
  const auto requests = requests_.find(entry.fingerprint);
  if (requests == requests_.end()) return;
  std::erase_if(requests->second,
                [&](const request& one) { return one.number == entry.number; });
  if (requests->second.empty()) requests_.erase(requests);
}

}  // namespace tokensieve
