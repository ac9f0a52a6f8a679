#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// Where the value of a name may begin: the offset behind the separators at
/// `at`, `at` itself where there are none. Separators are `=`, `:`, `=>`,
/// blanks, quotes (behind backslashes as well), `{"value":` and terminal
/// control sequences; with `table` the rules between cells, too. What is
/// longer than 256 bytes is not taken for a separator to its end.
[[nodiscard]] std::size_t skip_separators(std::string_view text, std::size_t at,
                                          bool table = false) noexcept;

}  // namespace tokensieve
