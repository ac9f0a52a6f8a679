#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace tokensieve::fuzz {

/// Ends the program where a rule is broken, in every kind of build: libFuzzer
/// then keeps the input.
inline void require(bool rule_holds, std::source_location where =
                                         std::source_location::current()) {
  if (rule_holds) return;
  std::fprintf(stderr, "%s:%u: a rule is broken\n", where.file_name(),
               static_cast<unsigned>(where.line()));
  std::abort();
}

}  // namespace tokensieve::fuzz
