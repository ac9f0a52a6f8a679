#pragma once

#include "pipeline/kafka_handles.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tokensieve {

/// How far each assigned partition is behind its end, by what the client
/// knows without asking the broker. (The client's own statistics never learn
/// of offsets that a transaction commits.) The source thread writes, any
/// thread reads.
class partition_lag {
 public:
  using clock = std::chrono::system_clock;

  /// The partitions of a new assignment.
  void assign(const kafka_positions& partitions,
              clock::time_point now = clock::now());
  /// The assignment is over.
  void clear();

  /// The timestamp of the last record that was read of a partition.
  void read(const std::string& topic, std::int32_t partition,
            std::int64_t timestamp_ms);
  /// The ends of the assigned partitions as `consumer` last saw them.
  void look_up_ends(rd_kafka_t* consumer);
  void set_end(const std::string& topic, std::int32_t partition,
               std::int64_t end);

  [[nodiscard]] std::size_t assigned() const;

  struct measured {
    std::string topic;
    std::int32_t partition;
    std::int64_t records;
    /// Age of the last record read (of the assignment, before one was);
    /// zero where no record lags.
    std::chrono::milliseconds age;
  };
  /// Against committed positions; without partitions whose end or position is
  /// not known yet.
  [[nodiscard]] std::vector<measured> measure(
      const kafka_positions& committed,
      clock::time_point now = clock::now()) const;

 private:
  struct state {
    std::chrono::milliseconds time;  // of the last record
    std::optional<std::int64_t> end =
        std::nullopt;  // the next offset to be written
  };

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::map<std::pair<std::string, std::int32_t>, state> partitions_;
};

}  // namespace tokensieve
