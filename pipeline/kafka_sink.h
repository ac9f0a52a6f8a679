#pragma once

#include "pipeline/config.h"
#include "pipeline/epoch_ledger.h"
#include "pipeline/io.h"
#include "pipeline/output_writer.h"
#include "pipeline/refused_outputs.h"
#include "pipeline/stream_totals.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace tokensieve {

/// The process was asked to stop and what is not committed is left to be read
/// again.
class interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Writes requests, sightings and dead letters to their topics, and commits
/// the input offsets with them: at once behind a request, but not within 20 ms
/// of the last commit, else on the interval or after so many bytes.
///
/// If a commit fails, the open epoch fails with it (`epoch_ledger`): the sink
/// drops what belongs to it and the source rewinds.
class kafka_sink final : public sink {
 public:
  /// Makes the writer, each time by what the topics take at that moment;
  /// throws std::runtime_error while it cannot, cannot_go_on if it never can.
  using writer_factory = std::function<std::unique_ptr<output_writer>()>;
  /// Told of each request once it is committed; may be empty.
  using observer = std::function<void(const emission&)>;

  /// `ledger`, `committed` (see assembler) and `totals` outlive the sink.
  kafka_sink(const config& settings, epoch_ledger& ledger,
             std::atomic<std::uint64_t>& committed, stream_totals& totals,
             writer_factory make_writer, observer watch = {});

  void start(const std::function<void()>& wake) override;
  void take(batch_ptr batch) override;
  std::chrono::steady_clock::time_point deadline() override { return due_; }
  void idle() override;
  void finish() override;

 private:
  using clock = std::chrono::steady_clock;

  [[nodiscard]] write_outcome write_all(const batch& from);
  [[nodiscard]] write_outcome write(const batch& from, const emission& one);
  [[nodiscard]] write_outcome write(const batch& from, const dead_letter& one);
  [[nodiscard]] write_outcome write_notice(const record& input,
                                           const kafka_origin& origin);
  [[nodiscard]] write_outcome write_dead_letter(const record& input,
                                                const kafka_origin& origin,
                                                dead_letter_reason reason,
                                                bool with_value, bool with_key);
  void commit();
  void discard();
  void recover(write_outcome why);
  [[noreturn]] void give_up();
  void remake_writer();
  void forget();

  const config& settings_;
  epoch_ledger& ledger_;
  std::atomic<std::uint64_t>& committed_;
  stream_totals& totals_;
  const writer_factory make_writer_;
  const observer watch_;
  std::unique_ptr<output_writer> writer_;
  refused_outputs refusals_;

  // Since the last commit:
  bool dirty_ = false;  ///< something was handed to the writer
  std::uint64_t epoch_ = 0;
  std::uint64_t behind_sequence_ = 0;
  input_offsets positions_;
  std::uint64_t bytes_ = 0;
  output_counts written_;
  std::vector<emission> uncommitted_;  // for the observer

  /// The first is due at once, however young the clock.
  clock::time_point last_commit_ = clock::time_point::min();
  clock::time_point due_ = clock::time_point::max();
};

}  // namespace tokensieve
