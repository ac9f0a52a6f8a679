#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// A seam sees at most this many raw bytes of a chunk to each side of a cut.
inline constexpr std::size_t k_seam_reach = 1024;

/// A record as a chunk of a log. Its views point into the batch.
struct chunk {
  std::size_t index = 0;     ///< into `batch::records`
  std::uint64_t stream = 0;  ///< hash of source, partition and log
  std::optional<std::uint64_t> sequence;

  std::string_view text;   ///< raw, within the record's value
  bool escaped = false;    ///< as JSON writes it
  std::string field;       ///< JSON pointer of the text
  bool line_end = false;   ///< there is an LF in it
  bool hit = false;        ///< the prefilter matches somewhere in the record
  bool open = false;       ///< it matches in the tail
  std::size_t tail = 0;    ///< where the last k_seam_reach bytes begin
  std::uint64_t line = 1;  ///< of the tail's first byte, from 1
  std::uint64_t column = 1;
};

/// Steps over raw text without ever standing inside of an escape, and counts
/// lines and columns as they are once the escapes are undone.
class raw_walk {
 public:
  raw_walk(std::string_view raw, bool escaped) noexcept
      : raw_(raw), escaped_(escaped) {}

  /// Goes on to the first place at or behind `target` (at most the longest
  /// escape behind it). REQUIRES: target <= the text's size.
  void to(std::size_t target);

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t column() const noexcept { return column_; }

 private:
  void count(std::string_view plain) noexcept;
  void step();

  std::string_view raw_;
  bool escaped_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t column_ = 1;
};

/// The longest escape: a surrogate pair.
inline constexpr std::size_t k_longest_escape = 12;

/// Fills in what follows from `text` and `escaped`.
void measure(chunk& piece);

}  // namespace tokensieve
