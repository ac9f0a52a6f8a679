#pragma once

#include "detectors/bytes.h"
#include "detectors/finding.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A match of one of a decoder's patterns.
struct decoder_trigger {
  unsigned pattern;  ///< index in `decoder::text_patterns`
  std::size_t end;   ///< offset behind the match
};

/// What a trigger leads to.
struct encoded_run {
  /// The whole encoded run: the place of whatever it holds.
  text_range run;
  /// The bytes to decode: of a long run only those around the trigger.
  text_range piece;
  /// Triggers of the same lane that end at or before this offset would lead
  /// to nothing that this piece does not hold.
  std::size_t covered = 0;
  /// Ways to read one run that exclude each other (alignments), below
  /// `decoder::k_lanes`.
  unsigned lane = 0;
};

/// One encoding: how the fixed text of a token looks in it, and how to undo
/// it. Nothing is ever decoded but the bytes around a match of its patterns,
/// so patterns that fire on ordinary logs cost speed. What a decoder yields is
/// scanned like any text; the checksum decides.
///
/// Immutable and shared by all workers. Adding an encoding means to add a
/// class here and a line to `make_decoders`.
class decoder {
 public:
  static constexpr unsigned k_lanes = 4;

  virtual ~decoder() = default;

  [[nodiscard]] virtual token_encoding encoding() const noexcept = 0;

  /// Regular expressions (Hyperscan's) over unescaped text.
  [[nodiscard]] virtual std::vector<std::string> text_patterns() const = 0;

  /// Regular expressions over an event's raw bytes that match wherever one of
  /// `text_patterns` would match after JSON's escapes are undone. Letters and
  /// digits need no thought: an escape that stands for one is a match anyway.
  [[nodiscard]] virtual std::vector<std::string> raw_patterns() const = 0;

  /// The run around `trigger`; nothing where the bytes around it already
  /// refute it. `last` is the run that this decoder found before in `text`
  /// (empty at first): reusing its bounds keeps the work linear. `patch`: the
  /// first byte of each line is a sign. Called while Hyperscan scans, so it
  /// neither throws nor allocates.
  [[nodiscard]] virtual std::optional<encoded_run> find_run(
      std::string_view text, bool patch, decoder_trigger trigger,
      text_range last) const noexcept = 0;

  /// Appends `run.piece` decoded to `out`: never more bytes than the piece
  /// has, unless a bound is documented with the decoder.
  virtual void decode(std::string_view text, const encoded_run& run,
                      std::string& out) const = 0;

  /// Where bytes `decoded` of what `decode` made of `run` stand in `text`.
  [[nodiscard]] virtual text_range place(std::string_view text,
                                         const encoded_run& run,
                                         text_range decoded) const;
};

}  // namespace tokensieve
