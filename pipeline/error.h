#pragma once

#include <expected>
#include <string>

namespace tokensieve {

/// Why something could not be done, in words for the operator: what is wrong
/// and what to do about it. Never holds a secret.
struct error {
  std::string message;
};

template <typename T>
using result = std::expected<T, error>;

}  // namespace tokensieve
