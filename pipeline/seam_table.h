#pragma once

#include "pipeline/batch.h"
#include "pipeline/seam_scanner.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace tokensieve {

/// Joins the chunks of each log and finds the tokens that their borders cut.
/// Used by the serial stage; not thread-safe.
///
/// Of each log it holds what is known without a gap: runs of chunks, with the
/// last k_seam_reach bytes of each and, where chunks may still come in front
/// of it, the first. Chunks without a number are one run in the order in which
/// they came. Where the runs of all logs take more than `max_bytes`, those of
/// the log that was silent for longest are given up.
class seam_table {
 public:
  seam_table(std::shared_ptr<const signatures> patterns,
             token_confidence min_confidence, std::size_t depth,
             std::size_t max_bytes);

  /// A token that `work.records[index]` has completed.
  struct completed {
    std::size_t index;
    leaked_token token;  ///< masked
    leak_origin origin;  ///< of the record that holds its first byte
  };

  /// Takes the chunks of a batch in. Appends the tokens that they complete to
  /// `out`, by index; what a record's own findings say less of is taken out
  /// of `work.inspected`. Throws std::bad_alloc.
  void join(batch& work, std::vector<completed>& out);

  /// Forgets everything: what comes next is read anew.
  void clear() noexcept;

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// Logs given up for want of memory, so far.
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  /// Chunks [first, last] of a log.
  struct run {
    explicit run(std::uint64_t number);

    /// Takes in the chunk behind it. `across`: the prefilter matches where the
    /// two meet. Segments that are not needed any more go to `spare`.
    void grow(const record& input, const chunk& piece, bool across,
              log_segments& spare);
    void append(run&& behind, log_segments& spare);

    std::uint64_t first;
    std::uint64_t last;
    log_segments tail;
    log_segments head;  ///< of numbered chunks, where some may come before
    bool whole = true;  ///< `tail` is all of it
    // Of `tail`, so that a chunk need not look at each segment.
    std::string border;  ///< its last bytes
    std::size_t size = 0;
    std::size_t open = 0;  ///< segments in which a token may begin
    std::size_t bytes;     ///< of memory

   private:
    [[nodiscard]] bool head_is_full() const noexcept;
    void add(std::unique_ptr<log_segment> segment);
    /// Takes off the front of `tail` what the last k_seam_reach bytes do not
    /// need once so many bytes and segments more have come.
    void trim(std::size_t coming, std::size_t segments, log_segments& spare);
    void drop(std::size_t count, log_segments& spare);
  };
  struct log_state {
    std::uint64_t stream = 0;
    bool line_end = false;  ///< a chunk of it held an LF
    std::size_t bytes = 0;
    std::vector<run> runs;  ///< in their order
  };
  using log_place = std::list<log_state>::iterator;

  void take(batch& work, const chunk& piece, std::vector<completed>& out);
  log_state& find_log(std::uint64_t stream);
  void join_before(batch& work, const chunk& piece, bool lines, run& before,
                   std::vector<completed>& out);
  void join_behind(batch& work, const chunk& piece, bool lines, run& grown,
                   run& behind, std::vector<completed>& out);
  void hand_out(batch& work, const chunk& piece, bool fresh,
                std::vector<completed>& out);
  void give_up_old() noexcept;

  seam_scanner scanner_;
  const std::size_t max_bytes_;
  std::list<log_state> logs_;  ///< the last one heard of in front
  std::unordered_map<std::uint64_t, log_place> by_stream_;
  std::size_t bytes_ = 0;
  std::uint64_t evicted_ = 0;

  log_segments spare_;
  log_segments arriving_;  ///< the head of the chunk that is taken in, reused
  std::vector<seam_token> found_;  // reused
};

}  // namespace tokensieve
