#include "detectors/secret.h"

#include <string>
#include <string_view>

std::string text(const tokensieve::secret& token) {
#ifdef MUST_NOT_COMPILE
  const std::string_view value = token;
#else
  const std::string_view value = token.reveal();
#endif
  return std::string(value);
}
