#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// Where the value of a name may begin: the offset behind the separators at
/// `at`, `at` itself where there are none. Separators are `=`, `:`, `=>`,
/// blanks, quotes (behind backslashes as well), `{"value":`, the key `value`
/// next to the name (`"name":"X","value":"..."`, `name="X" value="..."`), the
/// end of a subscript (`env["X"] = "..."`) and terminal control sequences; with
/// `table` the rules between cells, too. What is longer than 256 bytes is not
/// taken for a separator to its end.
[[nodiscard]] std::size_t skip_separators(std::string_view text, std::size_t at,
                                          bool table = false) noexcept;

/// Where the string that follows in a list of arguments begins, as a quoted
/// name ends at `at`: `"X", "..."`; `at` where none does.
[[nodiscard]] std::size_t skip_to_argument(std::string_view text,
                                           std::size_t at) noexcept;

/// May such a key `value`, or an argument, begin at `at` of an event's raw
/// bytes, where a comma or the end of a line stands behind a name, in JSON or
/// not?
[[nodiscard]] bool may_be_value_key(std::string_view raw,
                                    std::size_t at) noexcept;

}  // namespace tokensieve
