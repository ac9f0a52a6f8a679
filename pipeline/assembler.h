#pragma once

#include "pipeline/batch.h"
#include "pipeline/published_requests.h"
#include "pipeline/replay_window.h"
#include "pipeline/request_table.h"
#include "pipeline/seam_table.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tokensieve {

/// How findings become requests.
struct assembler_options {
  std::chrono::seconds window{0};          ///< zero: repeats never expire
  std::size_t known_requests = 1'000'000;  ///< entries that are remembered
  /// What stands on the request topic, if there is one; outlives the
  /// assembler.
  published_requests* published = nullptr;
  /// Fingerprints of known fakes, ascending: no request, no sighting.
  std::vector<token_fingerprint> ignore;
  bool explain = false;  ///< say of each candidate why it is no token
};

/// The serial stage behind the sequencer: turns the findings of a batch into
/// requests, sightings and dead letters, in poll order. Cheap: a batch without
/// findings costs a few instructions. Not thread-safe.
class assembler {
 public:
  /// `committed` is the sequence behind the last batch whose results are
  /// final; the sink keeps it, and it outlives the assembler, as `seams` does
  /// where there is one.
  assembler(assembler_options options,
            const std::atomic<std::uint64_t>& committed,
            seam_table* seams = nullptr);

  /// Fills `emissions` and `dead_letters`. Never throws: if memory runs out,
  /// the records left are dead letters.
  void assemble(batch& work) noexcept;

 private:
  void emit(batch& work, std::vector<leaked_token>& tokens,
            const leak_origin& origin);
  [[nodiscard]] bool is_new(const finding& found, std::uint64_t sequence);

  const assembler_options options_;
  const std::atomic<std::uint64_t>& committed_;
  seam_table* const seams_;
  request_table requests_;
  replay_window replays_;
  std::uint64_t epoch_ = 0;
};

}  // namespace tokensieve
