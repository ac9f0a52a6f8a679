#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detectors/finding.h"
#include "detectors/hs_handles.h"
#include "detectors/signatures.h"

namespace tokensieve {

/// How a text is to be read where that matters to what stands in it.
struct scan_options {
  /// A unified diff: the first byte of each line is a sign, not text.
  bool patch = false;
};

/// Finds tokens in bytes. One a worker: it owns Hyperscan's scratch and the
/// buffers it reuses, so it is not thread-safe; the signatures are shared.
class scanner {
 public:
  /// A text yields this many findings at most (`scan_result::limit_reached`).
  static constexpr std::size_t k_max_findings = 10'000;

  /// Throws std::bad_alloc. Reports at least `min_confidence`.
  scanner(std::shared_ptr<const signatures> patterns,
          token_confidence min_confidence);

  /// True if `raw`, the bytes of an event as they arrived, may hold a token.
  /// Never false for an event in which `scan` would find one after JSON's
  /// escapes are undone. Costs about 0.3 ns a byte.
  [[nodiscard]] bool may_hold_token(std::string_view raw) noexcept;

  /// The same over events packed one behind the other: appends to `ends` the
  /// offset in `packed` just behind each match, in ascending order, so that
  /// the caller knows which event to read.
  void prefilter(std::string_view packed, std::vector<std::size_t>& ends);

  /// Appends to `out` each occurrence of each token in `text`, in order of
  /// `begin`. Returns false if a bound was reached (the number of findings, a
  /// decoder's); what was found by then stands in `out`.
  [[nodiscard]] bool scan(std::string_view text, scan_options options,
                          std::vector<finding>& out);

  /// Appends the hazards whose markers stand in `text`, each once.
  void find_hazards(std::string_view text, std::vector<token_hazard>& out);

  /// `text` with each token in it replaced by its display, whatever its
  /// confidence, and each occurrence of a value of `known` as well.
  [[nodiscard]] std::string mask(std::string_view text,
                                 const std::vector<finding>& known);

  /// Candidates rejected so far, by reason (index: `rejection`).
  [[nodiscard]] const std::array<std::uint64_t, k_rejections>& rejected()
      const noexcept {
    return rejected_;
  }

 private:
  std::shared_ptr<const signatures> patterns_;
  hs_scratch_handle scratch_;
  token_confidence min_confidence_;
  std::array<std::uint64_t, k_rejections> rejected_{};
};

}  // namespace tokensieve
