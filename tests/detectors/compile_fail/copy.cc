#include "detectors/secret.h"

#include <utility>

tokensieve::secret take(tokensieve::secret& token) {
#ifdef MUST_NOT_COMPILE
  tokensieve::secret copy = token;
#else
  tokensieve::secret copy = std::move(token);
#endif
  return copy;
}
