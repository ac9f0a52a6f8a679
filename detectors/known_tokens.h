#pragma once

#include "detectors/secret.h"

#include <cstddef>
#include <string_view>
#include <unordered_map>

namespace tokensieve {

/// Tokens whose values are recognised wherever they stand, whatever their
/// number, in one pass. Owns none: each must outlive it where it is.
class known_tokens {
 public:
  void add(const secret& token);

  /// The token whose value stands at `at` of `text`; null for none.
  [[nodiscard]] const secret* find(std::string_view text, std::size_t at) const;

 private:
  std::unordered_map<std::string_view, const secret*> by_value_;
};

}  // namespace tokensieve
