#include "detectors/secret.h"

#include <spdlog/spdlog.h>

void show(const tokensieve::secret& token) {
#ifdef MUST_NOT_COMPILE
  spdlog::info("{}", token);
#else
  spdlog::info("{}", tokensieve::display_of(token));
#endif
}
