#include "detectors/secret.h"

#include <string_view>

std::string show(const tokensieve::secret& token) {
  return tokensieve::display_of(token);
}

std::string show_text(std::string_view text) {
#ifdef MUST_NOT_COMPILE
  return show(text);
#else
  return show(tokensieve::secret(text));
#endif
}
