#include "detectors/secret.h"

#include <utility>

void take(tokensieve::secret& token, tokensieve::secret& out) {
#ifdef MUST_NOT_COMPILE
  out = token;
#else
  out = std::move(token);
#endif
}
