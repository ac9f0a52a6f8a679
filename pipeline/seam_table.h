#pragma once

#include "pipeline/batch.h"
#include "pipeline/log_table.h"
#include "pipeline/one_or_many.h"
#include "pipeline/seam_border.h"
#include "pipeline/seam_scanner.h"
#include "pipeline/segment_store.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
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
  seam_table(const seam_table&) = delete;
  seam_table& operator=(const seam_table&) = delete;

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

  [[nodiscard]] std::size_t bytes() const noexcept {
    return logs_.bytes() + bytes_;
  }
  /// Logs given up for want of memory, so far.
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  /// Chunks [first, last] of a log.
  struct run {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::size_t reach = 0;  ///< as that of its last chunk
    segment_store tail;
    segment_store head;  ///< where chunks may come in front of it
    bool whole = true;   ///< `tail` is all of it

    /// The last raw bytes of the log, as many as matter to a cut; `scratch` is
    /// used where several chunks are needed.
    [[nodiscard]] std::string_view border(std::string& scratch) const;
    [[nodiscard]] bool head_is_full() const noexcept;
    [[nodiscard]] std::size_t bytes() const noexcept {
      return tail.bytes() + head.bytes();
    }
    void append(const run& behind, kept_segments& scratch);
    /// Takes off the front of `tail` what the last k_seam_reach bytes do not
    /// need once so many bytes and segments more have come.
    void trim(std::size_t coming, std::size_t segments);
  };
  struct log_state {
    bool line_end = false;  ///< a chunk of it held an LF
    std::size_t bytes = 0;  ///< that it points to
    one_or_many<run> runs;  ///< in their order
  };

  /// Takes in the chunk `number` and those that follow it, as far as that is
  /// all of one run. Returns the chunk behind them.
  std::uint32_t take(batch& work, std::uint32_t number, log_state& log,
                     std::vector<completed>& out);
  void walk(batch& work, std::uint32_t number, std::uint32_t end,
            log_state& log, run& into, std::vector<completed>& out);
  /// Joins the chunks of `joint_` with what stands before them, back to chunk
  /// `first`, and with each other.
  void join_before(batch& work, std::uint32_t first, const run& before,
                   bool lines, std::vector<completed>& out);
  void join_behind(batch& work, std::uint32_t number, bool lines, run& grown,
                   const run& behind, std::vector<completed>& out);
  static void store(const batch& work, std::uint32_t first, std::uint32_t last,
                    run& into);

  void fetch_ahead(const batch& work, std::size_t first) const noexcept;
  void hand_out(batch& work, bool fresh, std::vector<completed>& out);
  void give_up_old() noexcept;

  seam_scanner scanner_;
  seam_border border_;
  const std::size_t max_bytes_;
  log_table<log_state> logs_;
  std::size_t bytes_ = 0;  ///< that logs point to
  std::uint64_t evicted_ = 0;

  // Reused.
  std::vector<std::uint32_t> firsts_;  ///< chunks of a batch, one of each log
  log_state unnamed_;
  std::vector<std::uint32_t> joint_;  ///< chunks that are joined at a time
  kept_segments kept_;
  kept_segments kept_behind_;
  log_segments left_;
  log_segments right_;
  std::vector<std::span<const leaked_token>> own_;  ///< of `right_`
  std::string border_scratch_;
  std::string scratch_;
  std::vector<seam_token> found_;
};

}  // namespace tokensieve
