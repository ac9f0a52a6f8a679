#pragma once

#include "detectors/finding.h"
#include "pipeline/batch.h"
#include "pipeline/histogram.h"
#include "schemas/dead_letter.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tokensieve {

/// How an assignment began or ended.
enum class rebalance : std::uint8_t { assigned, revoked, lost };
inline constexpr std::size_t k_rebalances = 3;
[[nodiscard]] std::string_view to_string(rebalance value) noexcept;

/// What a commit makes visible to a reader of the outputs; the sink's own
/// until then.
struct output_counts {
  std::uint64_t requests = 0;
  std::uint64_t sightings = 0;
  std::array<std::uint64_t, k_dead_letter_reasons> dead_letters{};
  /// Occurrences, by kind and checksum.
  std::array<std::array<std::uint64_t, k_token_checksums>, k_token_kinds>
      tokens{};
  /// Kafka's timestamps of the records that the requests are from.
  std::vector<std::int64_t> request_times;

  void add(const emission& one);
  void add(dead_letter_reason reason) {
    ++dead_letters[static_cast<std::size_t>(reason)];
  }
};

/// What the stream has done so far, for whoever watches. Each number is added
/// to by one thread, once a batch or a commit, and read from any.
struct stream_totals {
  using counter = std::atomic<std::uint64_t>;
  template <std::size_t N>
  using counters = std::array<counter, N>;

  // The source thread. What is read again after a recovery counts again.
  counter records_read{0};
  counter bytes_read{0};  ///< values, keys and content types
  counters<k_rebalances> rebalances{};
  counter consumer_restarts{0};
  counter lost_records{0};  ///< deleted before they were read

  // The sink thread: work that was done.
  counter records{0};  ///< inspected, and taken by the sink
  counter bytes{0};    ///< of their values
  counter empty{0};    ///< null or empty values
  counter ignored{0};  ///< occurrences of known fakes
  counter failed{0};   ///< records whose inspection or assembly failed
  counters<k_rejections> rejected{};
  counter known_requests{0};    ///< in the table, now
  counter evicted_requests{0};  ///< of the table, for want of room
  counter log_tail_bytes{0};    ///< of the ends of logs that are kept, now
  counter evicted_logs{0};      ///< whose ends were given up

  // The sink thread: what was committed, and how commits ended.
  counter requests{0};
  counter sightings{0};
  counters<k_dead_letter_reasons> dead_letters{};
  std::array<counters<k_token_checksums>, k_token_kinds> tokens{};
  counter commits{0};
  counter aborts{0};
  counter unknown_commits{0};  ///< only the broker knows what became of them
  counter recoveries{0};
  counter fenced{0};
  counter producer_restarts{0};
  counter follow_timeouts{0};  ///< of the follower of the request topic

  histogram<12> commit_seconds{std::array{0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
                                          0.5, 1.0, 2.5, 5.0, 10.0, 30.0}};
  /// From the record's Kafka timestamp until its request was committed.
  histogram<12> detection_seconds{std::array{
      0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0}};

  /// A batch's work was done.
  void add(const batch_counts& done);
  /// Was committed at `now`.
  void add(const output_counts& committed,
           std::chrono::system_clock::time_point now);
};

template <std::size_t N>
[[nodiscard]] std::uint64_t sum(
    const std::array<std::atomic<std::uint64_t>, N>& counters) {
  std::uint64_t all = 0;
  for (const auto& one : counters)
    all += one;
  return all;
}

}  // namespace tokensieve
