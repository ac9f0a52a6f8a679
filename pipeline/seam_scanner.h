#pragma once

#include "detectors/scanner.h"
#include "pipeline/log_segment.h"
#include "schemas/request.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A token that a cut had hidden, or whose registry it had.
struct seam_token {
  leaked_token token;            ///< not yet masked
  leak_origin origin;            ///< of the record that holds its first byte
  std::size_t completed_by = 0;  ///< number of a segment to the right
  /// Where what is right of the cut shows less of the token: the text and the
  /// place there.
  std::optional<log_field> seen_in;
  std::uint64_t seen_line = 0;
  std::uint64_t seen_column = 0;
};

/// Finds the tokens that two parts of a log yield only together. Owns a
/// scanner; not thread-safe.
class seam_scanner {
 public:
  seam_scanner(std::shared_ptr<const signatures> patterns,
               token_confidence min_confidence, std::size_t depth);

  /// Appends the tokens of `left` + `right` that neither yields. `lines`: each
  /// chunk of the log is a line without its end, as far as is known. `own`: of
  /// each of `right`, a chunk that is joined with nothing yet, what its record
  /// yields and does not hand out before those that begin to the left of it
  /// can take their place. Empty where that has been handed out.
  void scan(const log_segments& left, const log_segments& right, bool lines,
            const std::vector<std::span<const leaked_token>>& own,
            std::vector<seam_token>& out);

  [[nodiscard]] scanner& tokens() noexcept { return scanner_; }

 private:
  struct piece {
    const log_segment* segment;
    std::string text;
  };
  struct joined_text {
    std::string text;
    std::vector<std::size_t> begins;  // of the pieces
    std::size_t left = 0;             // pieces to the left of the cut
    std::size_t cut = 0;
  };
  /// A token as what is right of the cut shows it.
  struct shown_token {
    const finding* found;
    std::size_t begin;  // in the joined text
  };

  void unescape(const log_segments& segments);
  void join(std::size_t left, std::string_view separator);
  void scan_joined(bool lines, std::string_view separator,
                   std::vector<seam_token>& out);
  [[nodiscard]] std::vector<finding> scan_part(std::string_view part,
                                               scan_options options = {});
  /// The first chunk's that is part of `whole`.
  [[nodiscard]] std::optional<shown_token> find_own(const finding& whole) const;
  /// Where chunks have handed out theirs: that of all that is known to the
  /// right.
  [[nodiscard]] std::optional<shown_token> find_alone(const finding& whole);
  /// The number of the piece in which a byte of the joined text stands.
  [[nodiscard]] std::size_t piece_at(std::size_t offset) const;
  /// The segment in which a byte of the joined text stands, and where.
  const log_segment& place(std::size_t offset, std::uint64_t& line,
                           std::uint64_t& column) const;

  scanner scanner_;
  event_reader reader_;
  std::vector<piece> pieces_;
  joined_text joined_;
  std::vector<std::vector<const finding*>> own_;  // of the pieces to the right
  std::vector<told_token> told_;  // of those, in the joined text
  std::optional<std::vector<finding>> alone_;
};

}  // namespace tokensieve
