#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve::reference {

/// A token, and what was undone to read it.
struct reading {
  std::string value;
  std::vector<std::string> encodings;  ///< from the outermost in
  std::size_t begin = 0;  ///< of the token, or of the outermost encoded run
  std::size_t end = 0;

  auto operator<=>(const reading&) const = default;
};

/// Everything that a text can be read to hold with at most four encodings
/// undone, two of them other than base64. Decodes everything.
std::vector<reading> readings_of(std::string_view text);

/// Is a token found that is encoded so (design, section 4)? At most four
/// layers, three for a legacy token, one of them other than base64.
bool is_promised(const reading& one);

}  // namespace tokensieve::reference
