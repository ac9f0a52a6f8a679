#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve::reference {

/// Letters that stand one behind the other, line ends aside.
struct run {
  std::string letters;
  std::size_t begin = 0;
  std::size_t end = 0;  ///< behind the padding

  auto operator<=>(const run&) const = default;
};

/// The runs of at least `least` letters, which are what `value_of` takes for
/// one (not negative). In the next line a run goes on at its column or, where
/// it began behind a name, with the first letters. Letters may be read twice,
/// with and without a sign in front.
std::vector<run> runs_of(std::string_view text, int (*value_of)(char),
                         std::size_t least);

/// The size of the terminal's control sequence at `at`, 0 for none.
std::size_t control_sequence_size(std::string_view text, std::size_t at);

}  // namespace tokensieve::reference
