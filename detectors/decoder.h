#pragma once

#include "detectors/bytes.h"
#include "detectors/finding.h"
#include "detectors/letters.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// Where a run may be: a match of one of a decoder's patterns, of which only
/// the end is known, or letters that may be a piece of a token.
struct decoder_trigger {
  /// Of letters the first of a group; of a match the same as `end`.
  std::size_t begin;
  std::size_t end;  ///< offset behind it
};

/// Where two runs meet that are decoded as one, for their lines might be one
/// block's: what lies across is of one run then.
struct run_border {
  std::size_t end = 0;    ///< of the first
  std::size_t begin = 0;  ///< of the second
  /// Size of what the piece holds of the first, decoded.
  std::size_t decoded = std::numeric_limits<std::size_t>::max();
};

/// What a trigger leads to.
struct encoded_run {
  /// The whole encoded run: the place of whatever it holds.
  text_range run;
  /// The bytes to decode: of a long run only those around the trigger.
  text_range piece;
  /// Ways to read one run that exclude each other.
  unsigned lane = 0;
  /// As `scan_options` says.
  bool patch = false;
  run_border border{};
};

/// What a decoder remembers of one text from trigger to trigger, so that its
/// work stays linear: the run it found last, how many letters of it stand in
/// front of `anchor`, and up to where a trigger leads to nothing new.
struct run_memory {
  static constexpr unsigned k_lanes = 4;
  text_range run;
  std::size_t anchor = 0;
  std::size_t letters = 0;
  letter_line line{};  ///< that of the anchor
  /// Where the last line is a run of its own, and how many letters stand in
  /// front of it.
  run_border border{};
  std::size_t border_letters = 0;
  std::array<std::size_t, k_lanes> covered{};
  /// Of letters: where the run begins that `covered` is of, and what was known
  /// of the run before, for those of both may be asked about in turn.
  std::array<std::size_t, k_lanes> covered_from{};
  std::array<text_range, k_lanes> covered_before{};
  work_budget* work = nullptr;   ///< that of the scan
  bool decoded = false;          ///< the text has been decoded from another
  std::size_t searched = 0;      ///< up to where interruptions were looked for
  std::size_t interruption = 0;  ///< behind the last of them
  /// In front of which none of the bytes that begin one stands, by byte.
  std::array<std::size_t, 2> leads{};
};

/// Where decoded bytes stood, for encodings that leave some bytes as they are:
/// a token partly encoded stands where its first byte does. Those from
/// `decoded` on, up to the next place's, are one unit or were taken over one by
/// one.
struct decoded_place {
  std::uint32_t decoded;
  std::uint32_t begin;  ///< where the first of them stood
  std::uint32_t size;   ///< of the unit, 0 for what was taken over
  /// Where the stretch of units begins that this one is of.
  std::uint32_t stretch;
};

/// One encoding: how to see that a text may hold a token in it, and how to undo
/// it. Nothing is ever decoded but the bytes around a trigger, so triggers that
/// ordinary logs hold cost speed. What a decoder yields is scanned like any
/// text; the checksum decides.
///
/// A trigger must not depend on what is encoded, for that may be encoded once
/// more: it is what no writer makes of ordinary text (a letter as `%6E`).
///
/// Immutable and shared by all workers. Adding an encoding means to add a
/// class here and a line to `make_decoders`.
class decoder {
 public:
  virtual ~decoder() = default;

  [[nodiscard]] virtual token_encoding encoding(
      const encoded_run& run) const noexcept = 0;

  /// Regular expressions (Hyperscan's) over unescaped text.
  [[nodiscard]] virtual std::vector<std::string> text_patterns() const = 0;

  /// Is a match of one of its patterns that ends at `end` worth a look? Called
  /// from Hyperscan's callback, as `find_run` is.
  [[nodiscard]] virtual bool confirms(std::string_view,
                                      std::size_t) const noexcept {
    return true;
  }

  /// Does it read what `trigger_finder` finds of this encoding?
  [[nodiscard]] virtual bool reads(token_encoding) const noexcept {
    return false;
  }

  /// The run around `trigger`; nothing where the bytes around it already
  /// refute it, or where an earlier piece holds all it could lead to. `patch`:
  /// the first byte of each line is a sign. Called while Hyperscan scans, so
  /// it neither throws nor allocates.
  [[nodiscard]] virtual std::optional<encoded_run> find_run(
      std::string_view text, bool patch, decoder_trigger trigger,
      run_memory& memory) const noexcept = 0;

  /// Up to where `find_run` would find nothing new in place of `trigger`, for
  /// a piece that it has found holds that; 0 where it might.
  [[nodiscard]] virtual std::size_t covered_to(std::string_view, bool,
                                               decoder_trigger,
                                               run_memory&) const noexcept {
    return 0;
  }

  /// The run around a trigger of another decoder that ends at `end`, whose
  /// run this encoding may interrupt.
  [[nodiscard]] virtual std::optional<encoded_run> find_interruption(
      std::string_view text, std::size_t end,
      run_memory& memory) const noexcept;

  /// Appends `run.piece` decoded to `out`: never more bytes than the piece
  /// has, but where `decode_within` is overridden. A decoder that leaves some
  /// bytes as they are appends to `places` where they stood; of any other the
  /// token stands where the run does.
  virtual void decode(std::string_view text, const encoded_run& run,
                      std::string& out,
                      std::vector<decoded_place>& places) const = 0;

  /// As `decode`, for whoever may spend `budget` bytes: a compression yields
  /// more than it takes. False if a bound was reached; what was decoded by then
  /// stands in `out`.
  [[nodiscard]] virtual bool decode_within(
      std::string_view text, const encoded_run& run, std::size_t budget,
      std::string& out, std::vector<decoded_place>& places) const;
};

}  // namespace tokensieve
