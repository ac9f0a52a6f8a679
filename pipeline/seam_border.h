#pragma once

#include "detectors/scanner.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tokensieve {

/// Longer than any fixed text of a token in any encoding, colours included.
inline constexpr std::size_t k_seam_border = 128;

/// Tells whether the cut between two texts may go through what gives a token
/// away: its fixed text in some encoding, which neither side shows alone.
///
/// Nearly every cut is looked at byte by byte and no more. Whatever a token is
/// written in, it takes many bytes without a blank, so where there is no such
/// word near the cut, or a line of one ends or begins there, there is none.
class seam_border {
 public:
  explicit seam_border(scanner& with) noexcept : scanner_(with) {}

  /// `left` ends with the last k_seam_border raw bytes before the cut; so many
  /// of `right` count. Where `left` does not end with a line end, there may
  /// have been one that the sender left out.
  [[nodiscard]] bool may_hide_token(std::string_view left,
                                    std::string_view right, bool escaped);

 private:
  bool scan(std::string_view left, std::string_view separator,
            std::string_view right);

  scanner& scanner_;
  std::string joined_;  // reused
};

}  // namespace tokensieve
