#pragma once

#include "pipeline/config.h"
#include "pipeline/kafka_handles.h"
#include "pipeline/published_requests.h"
#include "schemas/request_identity.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

namespace tokensieve {

/// Follows the request topic from the beginning of the window, so that a token
/// is requested once across restarts. Outside the group; a thread of its own,
/// which outlives every broker outage.
///
/// What is committed is read; what it must have read is the topic's *high
/// watermark*, the end of all that was written, be it decided or not. A
/// `read_committed` handle does not know it (it gives the last stable offset,
/// which stands before a predecessor's open transaction), so a second handle
/// asks for it.
class kafka_follower {
 public:
  /// `known` outlives the follower. Throws std::runtime_error.
  kafka_follower(const config& settings, published_requests& known);
  /// Takes as long as a call to the broker may.
  ~kafka_follower();
  kafka_follower(const kafka_follower&) = delete;
  kafka_follower& operator=(const kafka_follower&) = delete;

  /// From now on `caught_up` speaks of what the topic holds now.
  void catch_up();

  /// Waits until all of it is known, at most for `patience`. Where the topic
  /// may not be read there is nothing to wait for: true.
  [[nodiscard]] bool caught_up(std::chrono::milliseconds patience);

 private:
  using offsets = std::map<std::int32_t, std::int64_t>;  // by partition

  void follow(const std::stop_token& stop);
  void find_partitions();
  [[nodiscard]] offsets beginnings(std::int32_t first, std::int32_t end);
  void aim();
  void read();
  [[nodiscard]] bool has_reached() const;
  void wake_fetches();
  void take(const rd_kafka_message_t& record);
  void let_go();
  void give_up(const std::string& why);

  const config& settings_;
  published_requests& known_;
  const kafka_client reader_;  // read_committed
  const kafka_client prober_;  // read_uncommitted
  const kafka_queue events_;   // of reader_

  // The follower's thread:
  request_reader parser_;
  offsets next_;    // to be read
  offsets target_;  // what `aimed_` waits for
  std::uint64_t aimed_ = 0;
  bool flowing_ = false;  // records came one after the other
  bool denied_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_: the number of the last question, and of the last one
  // that is answered.
  std::uint64_t asked_ = 0;
  std::uint64_t answered_ = 0;

  std::jthread thread_;
};

}  // namespace tokensieve
