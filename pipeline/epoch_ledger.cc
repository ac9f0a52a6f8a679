#include "pipeline/epoch_ledger.h"

#include <utility>

namespace tokensieve {

std::uint64_t epoch_ledger::open(assignment granted, input_offsets positions) {
  const std::scoped_lock lock(mutex_);
  assignment_ = std::make_shared<const assignment>(std::move(granted));
  positions_ = std::move(positions);
  state_ = state::open;
  return ++epoch_;
}

std::uint64_t epoch_ledger::reopen(input_offsets positions) {
  const std::scoped_lock lock(mutex_);
  positions_ = std::move(positions);
  state_ = state::open;
  return ++epoch_;
}

bool epoch_ledger::close(ending how, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  bool answered = true;
  if (state_ == state::open && !finished_) {
    state_ = state::closing;
    ending_ = how;
    if (wake_) wake_();
    answered = changed_.wait_for(lock, patience, [this] {
      return state_ != state::closing || finished_;
    });
  }
  state_ = state::none;
  assignment_.reset();
  return answered;
}

std::optional<epoch_ledger::failure> epoch_ledger::failed() const {
  const std::scoped_lock lock(mutex_);
  if (state_ != state::failed) return std::nullopt;
  return failure_;
}

input_offsets epoch_ledger::positions() const {
  const std::scoped_lock lock(mutex_);
  return positions_;
}

void epoch_ledger::set_wake(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  wake_ = std::move(wake);
}

bool epoch_ledger::is_open(std::uint64_t epoch) const {
  const std::scoped_lock lock(mutex_);
  return epoch == epoch_ &&
         (state_ == state::open ||
          (state_ == state::closing && ending_ == ending::commit));
}

std::optional<epoch_ledger::ending> epoch_ledger::closing() const {
  const std::scoped_lock lock(mutex_);
  if (state_ != state::closing) return std::nullopt;
  return ending_;
}

void epoch_ledger::closed() {
  {
    const std::scoped_lock lock(mutex_);
    if (state_ == state::closing) state_ = state::none;
  }
  changed_.notify_all();
}

std::shared_ptr<const assignment> epoch_ledger::begin_commit(
    std::uint64_t epoch) const {
  const std::scoped_lock lock(mutex_);
  const bool allowed =
      epoch == epoch_ && (state_ == state::open || (state_ == state::closing &&
                                                    ending_ == ending::commit));
  return allowed ? assignment_ : nullptr;
}

void epoch_ledger::committed(std::uint64_t epoch,
                             const input_offsets& positions) {
  const std::scoped_lock lock(mutex_);
  // A commit that outlived its epoch is real, but its partitions are another
  // member's now.
  if (epoch != epoch_ || state_ == state::none) return;
  positions_.update(positions);
}

void epoch_ledger::fail(std::uint64_t epoch, failure how) {
  {
    const std::scoped_lock lock(mutex_);
    if (epoch != epoch_) return;
    failure_ = how;
    // A closing epoch ends here as well; its partitions are not rewound.
    if (state_ == state::open) state_ = state::failed;
    if (state_ == state::closing) state_ = state::none;
  }
  changed_.notify_all();
}

void epoch_ledger::finish() {
  {
    const std::scoped_lock lock(mutex_);
    finished_ = true;
  }
  changed_.notify_all();
}

}  // namespace tokensieve
