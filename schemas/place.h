#pragma once

#include "schemas/diff_walk.h"
#include "schemas/leak.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

struct text_place {
  std::uint64_t line;    ///< from 1; only LF ends a line
  std::uint64_t column;  ///< from 1, in bytes
  std::optional<patch_side> side;
};

/// Finds the places of bytes in one text, which must outlive it. Each line is
/// walked once while the offsets ascend, so many places cost no more than the
/// last of them. Not thread-safe.
///
/// In a patch the line is that of the new file (for a removed line that of the
/// old one) by the hunk headers and the column counts after the sign; outside
/// of any hunk, or where the text is no diff, the place is that in the text
/// and `side` is absent.
class locator {
 public:
  locator(std::string_view text, bool patch) noexcept;

  [[nodiscard]] text_place at(std::size_t offset);

 private:
  void rewind();
  void enter_line();

  const std::string_view text_;
  const bool patch_;

  // The line that holds the last offset.
  std::uint64_t line_ = 1;
  std::size_t line_begin_ = 0;
  std::size_t line_end_ = 0;
  diff_walk walk_;
  std::optional<diff_walk::place> in_diff_;
};

/// The place of one byte.
[[nodiscard]] text_place locate(std::string_view text, std::size_t offset,
                                bool patch);

}  // namespace tokensieve
