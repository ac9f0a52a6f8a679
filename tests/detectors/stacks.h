#pragma once

#include "tests/detectors/samples.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tokensieve::stacks {

/// One encoding of a stack, and what stands beside the thing that it wraps.
struct layer {
  std::string encoding;
  bool partly = false;     ///< only what its writers must encode, and some more
  bool url = false;        ///< base64: the alphabet
  bool padded = true;      ///< base64
  std::size_t column = 0;  ///< base64, hex: where it is folded; 0: it is not
  bool crlf = false;
  std::size_t before = 0;  ///< lines of other text in front
  std::size_t glued = 0;   ///< letters in front, with nothing in between
  std::size_t behind = 0;  ///< lines of other text behind
};

/// What a text with a token in it looks like. Small, so that one which fails
/// can be made simpler.
struct shape {
  unsigned seed = 0;
  std::size_t context = 0;    ///< of `contexts()`
  std::size_t shift = 0;      ///< letters in front of it
  std::size_t inside = 0;     ///< lines of other text around it
  std::vector<layer> layers;  ///< from the outermost in
  std::string prefix;         ///< of each line of a folded outermost layer
  bool named = false;         ///< a name in front of the outermost layer
  bool escaped_slashes = false;
  bool patch = false;     ///< each line has a sign in front
  std::size_t lines = 0;  ///< of a log around the outermost layer
};

struct rendered {
  std::string text;
  std::string value;
  std::string registry;
};

/// How a token may stand in a text; the first is a granular token's.
std::size_t contexts();

/// Any shape that is promised to be found (design, section 4).
shape random_shape(unsigned seed);

/// The text; with `hollow`, letters in place of the token.
rendered render(const shape& of, bool hollow = false);

/// All that is a little simpler.
std::vector<shape> simpler(const shape& than);

std::string describe(const shape& what);

/// As three of JSON's writers put it between quotes: the most sparing one, one
/// that escapes slashes and what is not ASCII, and one that writes for HTML.
std::vector<std::string> as_json(std::string_view text);

}  // namespace tokensieve::stacks
