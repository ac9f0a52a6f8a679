#include "detectors/wipe.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace tokensieve {

wiped_at_end::~wiped_at_end() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  bytes_.clear();
}

void reserve_wiped(std::string& bytes, std::size_t size) {
  if (size <= bytes.capacity()) return;
  std::string moved;
  moved.reserve(std::max(size, 2 * bytes.capacity()));
  moved.append(bytes);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.swap(moved);
}

}  // namespace tokensieve
