#pragma once

#include "detectors/scanner.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tokensieve {

/// Longer than any fixed text of a token in any encoding, colours included.
/// Less is looked at where there are words.
inline constexpr std::size_t k_seam_border = 128;

/// Tells whether a token may lie across the cut between two texts.
///
/// Nearly every cut is looked at byte by byte and no more. Whatever a token is
/// written in, it takes many bytes that no sentence and no time has one behind
/// the other; so it does not go on where there is no such word near the cut and
/// no line of a folded block is cut or ends there.
class seam_border {
 public:
  explicit seam_border(scanner& with) noexcept : scanner_(with) {}

  /// Is it all of `left` that matters?
  [[nodiscard]] static bool is_enough(std::string_view left) noexcept;

  /// May something go on that begins in `left`, or in what stands before it,
  /// and not end there? `left` ends with the last k_seam_border raw bytes
  /// before the cut. Where it does not end with a line end, there may have
  /// been one that the sender left out.
  [[nodiscard]] static bool may_go_on(std::string_view left,
                                      std::string_view right,
                                      bool escaped) noexcept;

  /// May the cut go through what gives a token away, its fixed text in some
  /// encoding, so that neither side shows that there is one?
  [[nodiscard]] bool may_hide_token(std::string_view left,
                                    std::string_view right, bool escaped);

 private:
  bool scan(std::string_view left, std::string_view separator,
            std::string_view right);

  scanner& scanner_;
  std::string joined_;  // reused
};

}  // namespace tokensieve
