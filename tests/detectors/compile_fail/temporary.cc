#include "detectors/secret.h"

#include <string_view>

tokensieve::secret make();

std::size_t size() {
#ifdef MUST_NOT_COMPILE
  const std::string_view dangling = make().reveal();
  return dangling.size();
#else
  const tokensieve::secret token = make();
  return token.reveal().size();
#endif
}
