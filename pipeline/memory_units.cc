#include "pipeline/memory_units.h"

namespace tokensieve {

std::optional<memory_units::lease> memory_units::acquire(
    std::size_t bytes, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const bool admitted = returned_.wait_for(lock, patience, [&] {
    return in_use_ == 0 || (leases_ < most_leases_ && in_use_ <= budget_ &&
                            bytes <= budget_ - in_use_);
  });
  if (!admitted) return std::nullopt;
  in_use_ += bytes;
  ++leases_;
  return lease(this, bytes);
}

std::size_t memory_units::in_use() const {
  const std::scoped_lock lock(mutex_);
  return in_use_;
}

void memory_units::lease::release() noexcept {
  if (owner_ == nullptr) return;
  {
    const std::scoped_lock lock(owner_->mutex_);
    owner_->in_use_ -= bytes_;
    --owner_->leases_;
  }
  owner_->returned_.notify_all();
  owner_ = nullptr;
  bytes_ = 0;
}

}  // namespace tokensieve
