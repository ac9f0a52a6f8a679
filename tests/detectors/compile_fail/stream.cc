#include "detectors/secret.h"

#include <iostream>

void show(const tokensieve::secret& token) {
#ifdef MUST_NOT_COMPILE
  std::cout << token;
#else
  std::cout << tokensieve::display_of(token);
#endif
}
