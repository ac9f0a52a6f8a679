#pragma once

#include "detectors/candidate.h"
#include "detectors/finding.h"
#include "detectors/hs_handles.h"
#include "detectors/known_tokens.h"
#include "detectors/rejection_log.h"
#include "detectors/signatures.h"
#include "detectors/work_budget.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A token in clear that a caller has found.
struct told_token {
  text_range place;
  token_confidence confidence;
};

/// How a text is to be read where that matters to what stands in it.
struct scan_options {
  /// A unified diff: the first byte of each line is a sign, not text.
  bool patch = false;
  /// What may be spent on it beside some looks at each byte, in bytes looked
  /// at: what takes more is small. A stream may hold nothing but such texts.
  std::size_t work_base = std::size_t{512} << 10;
  /// What ends there or before is known to the caller and need not be read;
  /// some of it may be reported all the same.
  std::size_t known_to = 0;
  /// Beyond that, by place: not reported again unless surer here, or beside
  /// what may name a registry. Null for none.
  const std::vector<told_token>* told = nullptr;
};

/// Finds tokens in bytes. One a worker: it owns Hyperscan's scratch and the
/// buffers it reuses, so it is not thread-safe; the signatures are shared.
/// Texts are any bytes, below 4 GiB.
class scanner {
 public:
  /// A text yields this many findings at most (`scan` tells).
  static constexpr std::size_t k_max_findings = 10'000;

  /// Encodings inside each other that are undone at most.
  static constexpr std::size_t k_max_depth = 4;

  /// Throws std::bad_alloc. Reports at least `min_confidence`, and looks into
  /// at most `depth` encodings inside each other (REQUIRES: <= k_max_depth).
  scanner(std::shared_ptr<const signatures> patterns,
          token_confidence min_confidence, std::size_t depth = k_max_depth);

  /// True if `raw`, the bytes of an event as they arrived, may hold a token.
  /// Never false for an event in which `scan` would find one after JSON's
  /// escapes are undone. One pass over the bytes (bench/detectors_bench).
  [[nodiscard]] bool may_hold_token(std::string_view raw) noexcept;

  /// The same of a piece of such bytes, which another scan will see whole.
  [[nodiscard]] bool piece_may_hold_token(std::string_view raw) noexcept;

  /// The same over events packed one behind the other, which end at
  /// `event_ends`: appends to `ends` the offset in `packed` just behind
  /// matches, one at least in each event that has any, in ascending order.
  void prefilter(std::string_view packed,
                 std::span<const std::size_t> event_ends,
                 std::vector<std::size_t>& ends);

  /// Appends to `out` each occurrence of each token in `text`, in order of
  /// `begin`. Returns false if a bound was reached (the number of findings, a
  /// decoder's); what was found by then stands in `out`.
  [[nodiscard]] bool scan(std::string_view text, scan_options options,
                          std::vector<finding>& out);

  /// Appends the hazards whose markers stand in `text`, each once.
  void find_hazards(std::string_view text, std::vector<token_hazard>& out);

  /// `text` with each token in it replaced by its display, whatever its
  /// confidence, and each occurrence of a value of `known` as well. Where a
  /// bound was reached, what stands behind the last token found is left out.
  [[nodiscard]] std::string mask(std::string_view text,
                                 const known_tokens& known);

  /// Candidates rejected so far, by reason (index: `rejection`).
  [[nodiscard]] const rejection_counts& rejected() const noexcept {
    return rejected_.counts;
  }

  /// From now on each call of `scan` fills `rejected`, which must outlive the
  /// scanner, with what it rejects, in the order of the places: at most
  /// `k_max_findings`. UUIDs without a name are among them, and not counted.
  void explain(std::vector<rejected_candidate>& rejected);

  /// Was all of the last text one run of letters that was decoded? False where
  /// none of it was known (`scan_options::known_to`).
  [[nodiscard]] bool was_one_run() const noexcept { return current_.one_run; }

 private:
  /// A run to be decoded once Hyperscan has returned.
  struct pending_run {
    unsigned decoder;
    encoded_run run;
  };
  /// What one call of `scan` or `mask` asks for and may spend.
  struct request {
    token_confidence min_confidence = token_confidence::low;
    std::size_t depth = k_max_depth;
    rejection_log* rejected = nullptr;
    work_budget work{0};
    std::size_t inflate_budget = 0;  ///< bytes decoded beyond their own size
    std::size_t max_size = 0;        ///< of the findings
    std::size_t known_to = 0;        ///< in the text itself
    const std::vector<told_token>* told = nullptr;
    bool one_run = false;
  };
  struct match_state;
  [[nodiscard]] bool may_hold_token(std::string_view raw,
                                    line_form form) noexcept;

  static int on_match(unsigned id, unsigned long long from,
                      unsigned long long to, unsigned flags,
                      void* context) noexcept;
  [[nodiscard]] bool scan_all(std::string_view text, scan_options options,
                              token_confidence min_confidence,
                              std::size_t depth, rejection_log& rejected,
                              std::vector<finding>& out);
  [[nodiscard]] bool scan_layer(std::string_view text, bool patch,
                                std::size_t depth, std::vector<finding>& out);
  [[nodiscard]] bool find_candidates(std::string_view text, bool patch,
                                     std::size_t depth);
  [[nodiscard]] bool is_told(const candidate& found) const noexcept;
  [[nodiscard]] bool report_candidates(std::string_view text, bool patch,
                                       std::size_t known_to,
                                       std::vector<finding>& out);
  [[nodiscard]] bool scan_decoded(std::string_view text,
                                  const pending_run& pending, std::size_t depth,
                                  std::vector<finding>& out);

  // Constant after construction.
  std::shared_ptr<const signatures> patterns_;
  token_confidence min_confidence_;
  std::size_t depth_;

  hs_scratch_handle scratch_;
  rejection_log rejected_;

  // Of the scan that runs: reserved once, for the callback must not allocate.
  // Layers share them as stacks.
  std::vector<candidate> candidates_;
  std::vector<pending_run> runs_;
  std::array<std::string, k_max_depth> decoded_;
  std::array<std::vector<decoded_place>, k_max_depth> places_;
  request current_;
};

}  // namespace tokensieve
