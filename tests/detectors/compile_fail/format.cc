#include "detectors/secret.h"

#include <spdlog/fmt/fmt.h>

std::string show(const tokensieve::secret& token) {
#ifdef MUST_NOT_COMPILE
  return fmt::format("{}", token);
#else
  return fmt::format("{}", tokensieve::display_of(token));
#endif
}
