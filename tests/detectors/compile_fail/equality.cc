#include "detectors/secret.h"

bool same(const tokensieve::secret& a, const tokensieve::secret& b) {
#ifdef MUST_NOT_COMPILE
  return a == b;
#else
  return tokensieve::fingerprint_of(a) == tokensieve::fingerprint_of(b);
#endif
}
