#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve::reference {

// Slow decoders whose correctness can be seen. They know neither what a token
// looks like nor where one might stand: each reads all of a text, from every
// letter on and in every way, and most of what they yield is nonsense.

/// Where a decoded byte stood in the text it was read from.
struct origin {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t run = 0;  ///< where the encoded run begins that holds it
};

/// What a text reads as if an encoding is undone.
struct layer {
  std::string encoding;  ///< as the contract has it
  std::string text;
  std::vector<origin> origins;  ///< of each byte of `text`
};

/// Every reading of `text`, one encoding undone.
std::vector<layer> layers_of(std::string_view text);

}  // namespace tokensieve::reference
