#pragma once

#include "tests/detectors/samples.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve::encoders {

/// Text in an encoding, and the name the contract has for it.
struct wrapping {
  std::string name;
  std::string text;
};

/// The encodings that `wrap` knows and the detector undoes.
std::vector<std::string> names();

/// `text` with each of its bytes encoded, in a spelling chosen by `random`.
/// Knows `gzip` and `zlib` besides `names`.
wrapping wrap(const std::string& name, std::string_view text,
              samples::generator& random);

/// One of the ways in which an encoding of single bytes writes them, and a
/// byte in it. A writer keeps to one.
std::string style(const std::string& name, samples::generator& random);
std::string one(const std::string& style, char c);

/// `text` with at least one byte encoded, each other once in `one_in`, but
/// not all of them. REQUIRES: an encoding of single bytes.
std::string partly(const std::string& name, std::string_view text,
                   samples::generator& random, std::size_t one_in);

/// `text` in lines of `column` bytes with `prefix` in front of each, `#` in it
/// a digit. `begin` is where the first line's bytes begin.
std::string fold(std::string_view text, std::size_t column,
                 std::string_view prefix, std::string_view line_end,
                 samples::generator& random, std::size_t& begin);

}  // namespace tokensieve::encoders
