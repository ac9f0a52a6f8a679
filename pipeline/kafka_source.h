#pragma once

#include "pipeline/config.h"
#include "pipeline/epoch_ledger.h"
#include "pipeline/input_offsets.h"
#include "pipeline/input_topics.h"
#include "pipeline/io.h"
#include "pipeline/kafka_follower.h"
#include "pipeline/kafka_handles.h"
#include "pipeline/memory_units.h"
#include "pipeline/partition_watch.h"
#include "pipeline/stream_monitor.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_set>
#include <vector>

namespace tokensieve {

/// The process has the instance name of another live one (exit status 3).
class duplicate_instance : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads the input topics as a member of the consumer group.
///
/// Each assigned partition's queue is forwarded to one work queue, which is
/// read only while there are memory units; the consumer itself is always
/// polled, so a slow output never costs the membership. (Pausing partitions
/// instead loses or repeats records in librdkafka 2.0.2.)
class kafka_source final : public source {
 public:
  /// `units`, `ledger`, `monitor` and `requests` outlive the source; without
  /// the last, an epoch begins without knowing what was requested before.
  /// Throws std::runtime_error if the consumer cannot be made.
  kafka_source(const config& settings, memory_units& units,
               epoch_ledger& ledger, stream_monitor& monitor,
               kafka_follower* requests);
  ~kafka_source() override;

  /// Ends when the process is asked to stop. Throws duplicate_instance,
  /// and cannot_go_on where the group may not be read.
  batch_ptr next() override;

  /// Leaves the group; behind the sink's last commit.
  void close();

 private:
  using clock = std::chrono::steady_clock;

  void connect();
  void take_stock();
  void subscribe();
  void poll_consumer();
  void check_group_right();
  void tell_monitor();
  void look_for_topics();
  void look_for_unread_partitions();
  void recover(epoch_ledger::failure how);
  void report_missing_outputs();
  void begin_epoch(std::uint64_t epoch);
  [[nodiscard]] bool knows_requests();
  void rebuild(const std::string& why);
  void look_for_twin();
  [[nodiscard]] bool rewind(const kafka_positions& positions);

  static void on_error(rd_kafka_t* client, int code, const char* reason,
                       void* self) noexcept;
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                           rd_kafka_topic_partition_list_t* partitions,
                           void* self) noexcept;
  void assign(rd_kafka_topic_partition_list_t& partitions);
  void revoke(rd_kafka_t* client);
  void end_assignment(rebalance how);
  void forward_to_work_queue(const rd_kafka_topic_partition_list_t& partitions);
  [[nodiscard]] input_offsets committed_offsets(
      const rd_kafka_topic_partition_list_t& partitions);
  [[nodiscard]] input_offsets start_positions(
      const rd_kafka_topic_partition_list_t& partitions);
  /// Moves replays to where the logs begin, drops what cannot be replayed.
  static void fit_replays(input_offsets& positions,
                          const kafka_positions& begins,
                          const kafka_positions& ends);
  /// Where the logs begin, or end.
  [[nodiscard]] kafka_positions log_bounds(
      const rd_kafka_topic_partition_list_t& partitions, bool end);

  bool fetch(std::chrono::milliseconds patience);
  bool add(batch& to, kafka_message& message);
  void on_event(const rd_kafka_message_t& message);
  void on_lost_offset(const rd_kafka_message_t& message);
  [[nodiscard]] bool is_committed_up_to_lost_offsets() const;
  using partition = kafka_positions::key_type;
  [[nodiscard]] bool is_lost(const partition& where, std::int64_t offset,
                             std::int64_t begin) const;
  void report_loss(const partition& where, std::int64_t offset,
                   std::int64_t begin, std::int64_t end);
  const std::string& intern(const char* topic);
  const std::string& topic_of(const rd_kafka_message_t& message);

  const config& settings_;
  memory_units& units_;
  epoch_ledger& ledger_;
  stream_monitor& monitor_;
  clock::time_point look_due_;  // at what the client knows of the cluster
  kafka_follower* const requests_;

  std::shared_ptr<rd_kafka_t> consumer_;
  kafka_queue work_;
  std::uint64_t epoch_ = 0;
  /// Set while the epoch waits for what was requested before it.
  std::optional<clock::time_point> wait_until_;
  input_topics inputs_;
  partition_watch watch_;
  /// What is before these offsets is replayed; by topic of `topics_`.
  std::map<std::pair<const std::string*, std::int32_t>, std::int64_t>
      replay_until_;
  kafka_positions to_commit_;  // start positions that no commit holds yet
  // Offsets that the broker does not have. What was read of their partitions
  // before, up to `read_until_`, is committed first.
  kafka_positions refused_;
  kafka_positions read_until_;
  // What was said of a topic, and when: repeated now and then only.
  std::map<std::pair<std::string, rd_kafka_resp_err_t>, clock::time_point>
      told_;
  std::deque<kafka_message> fetched_;  // read from `work_`, in no batch yet
  std::size_t fetch_count_ = 1;        // messages to ask for
  std::unordered_set<std::string> topics_;        // names that records point to
  const rd_kafka_topic_t* last_topic_ = nullptr;  // with its name, since
  const std::string* last_name_ = nullptr;        // records come in runs
  std::string rebuild_reason_;  // set in a callback: join the group anew
  /// Set while a recovery waits for its turn.
  std::optional<clock::time_point> recover_at_;
  std::uint64_t failures_ = 0;    // recoveries since the last commit
  kafka_positions recovered_to_;  // the last time
  std::optional<clock::time_point> fenced_at_;
  /// Since when the group refuses us.
  std::optional<clock::time_point> refused_at_;
};

}  // namespace tokensieve
