#include "detectors/secret.h"

#include <spdlog/fmt/fmt.h>

#include <iterator>

// What std::format_to and std::vformat will be: arguments are type-erased
// first, and a secret has no place among them.
void show(const tokensieve::secret& token, std::string& out) {
#ifdef MUST_NOT_COMPILE
  fmt::vformat_to(std::back_inserter(out), "{}", fmt::make_format_args(token));
#else
  const std::string display = tokensieve::display_of(token);
  fmt::vformat_to(std::back_inserter(out), "{}",
                  fmt::make_format_args(display));
#endif
}
