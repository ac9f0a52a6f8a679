#include "detectors/secret.h"

#include <functional>
#include <string>

std::size_t key(const tokensieve::secret& token) {
#ifdef MUST_NOT_COMPILE
  return std::hash<tokensieve::secret>{}(token);
#else
  return std::hash<std::string>{}(
      tokensieve::fingerprint_of(token).to_string());
#endif
}
