#pragma once

#include "pipeline/input_offsets.h"
#include "pipeline/kafka_handles.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace tokensieve {

/// An assignment as the consumer got it. The group metadata is read once, in
/// the assignment callback, and fences every commit of the assignment: the
/// coordinator refuses it once another generation exists. (It would accept
/// fresh metadata for a partition that has moved to another member.)
struct assignment {
  /// Outlives the assignment's last commit.
  std::shared_ptr<rd_kafka_t> consumer;
  kafka_group_metadata metadata;
};

/// What the source thread and the sink thread agree on: which epoch is open,
/// and the offsets of its last commit.
///
/// An *epoch* is a stretch of reading that ends with an assignment or with a
/// failed commit. Batches carry its number, and results of another epoch than
/// the open one are dropped. Start, abort, fence and lost partition are thus
/// one path: the epoch ends, the source rewinds to `positions`, the next
/// epoch begins. Thread-safe.
class epoch_ledger {
 public:
  enum class ending : std::uint8_t {
    commit,  ///< what the sink has taken is committed first
    abort,   ///< the assignment is lost: nothing may be committed any more
  };

  // --- The source thread.

  /// Called with no epoch open. Returns the number of the new epoch, which
  /// starts at `positions`.
  std::uint64_t open(assignment granted, input_offsets positions);

  /// After `failed`: a new epoch of the same assignment, from `positions`.
  std::uint64_t reopen(input_offsets positions);

  /// Ends the open epoch, if any: asks the sink by `wake` and waits until it
  /// has committed or aborted. Once this returns, no commit of the epoch
  /// begins, even if `patience` ran out. False if it did.
  bool close(ending how, std::chrono::milliseconds patience);

  /// Set if the sink failed the open epoch: rewind and `reopen`.
  enum class failure : std::uint8_t {
    aborted,  ///< `positions` are right
    unknown,  ///< the last commit may have come through: ask the broker
  };
  [[nodiscard]] std::optional<failure> failed() const;

  /// Offsets of the last commit; of the assignment's start before the first.
  [[nodiscard]] input_offsets positions() const;

  // --- The sink thread.

  void set_wake(std::function<void()> wake);

  /// True if results of `epoch` may still be written.
  [[nodiscard]] bool is_open(std::uint64_t epoch) const;

  /// What the source waits for, if it does.
  [[nodiscard]] std::optional<ending> closing() const;
  /// The answer to `closing`.
  void closed();

  /// The right to commit offsets of `epoch`, or null where it has ended.
  [[nodiscard]] std::shared_ptr<const assignment> begin_commit(
      std::uint64_t epoch) const;
  void committed(std::uint64_t epoch, const input_offsets& positions);

  /// The open transaction of `epoch` is gone; the source must rewind.
  void fail(std::uint64_t epoch, failure how);

  /// The sink has ended; nothing waits for it any more.
  void finish();

 private:
  enum class state : std::uint8_t { none, open, failed, closing };

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::function<void()> wake_;
  std::uint64_t epoch_ = 0;
  state state_ = state::none;
  ending ending_ = ending::commit;
  failure failure_ = failure::aborted;
  std::shared_ptr<const assignment> assignment_;
  input_offsets positions_;
  bool finished_ = false;
};

}  // namespace tokensieve
