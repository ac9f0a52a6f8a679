#pragma once

#include "detectors/scanner.h"
#include "detectors/signatures.h"
#include "pipeline/assembler.h"
#include "pipeline/event_weight.h"
#include "pipeline/io.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace tokensieve {

struct engine_options {
  std::size_t threads = 0;  ///< of the graph; 0 = one a core
  token_confidence min_confidence = token_confidence::medium;
  std::size_t depth = scanner::k_max_depth;  ///< encodings inside each other
  std::size_t seam_bytes = 64 << 20;  ///< for the ends of logs, see seam_table
  /// What a compressed event may inflate to.
  std::uint64_t max_event_bytes = k_default_max_event_bytes;
  assembler_options assembling;
};

/// The flow graph between a source and a sink:
///
///     source -> inspect (parallel) -> sequencer -> assemble (serial) -> sink
///
/// Three kinds of thread: the caller's is the source thread; the graph's
/// workers never block and never throw; one thread serves the sink. Each
/// batch that enters the graph leaves it, in poll order, or the sequencer
/// would wait for ever. A small batch that finds the graph empty goes through
/// its stages in the source thread.
class engine {
 public:
  /// `committed` as for the assembler.
  engine(engine_options options, std::shared_ptr<const signatures> patterns,
         const std::atomic<std::uint64_t>& committed);

  /// Runs until `from` ends and `to` has finished what was in flight. Throws
  /// what the sink threw, after the source has ended.
  void run(source& from, sink& to);

 private:
  const engine_options options_;
  const std::shared_ptr<const signatures> patterns_;
  const std::atomic<std::uint64_t>& committed_;
};

/// One a core that this process may use: the affinity mask and the
/// container's share of them, at least 1.
[[nodiscard]] std::size_t available_cores();

}  // namespace tokensieve
