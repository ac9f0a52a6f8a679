#pragma once

#include <cstddef>

namespace tokensieve {

/// Begins to fetch [begin, end), which will be written.
template <typename Object>
void fetch_lines(const Object* begin, const Object* end) noexcept {
  constexpr std::size_t k_line = 64;
  for (const auto* at = reinterpret_cast<const char*>(begin);
       at < reinterpret_cast<const char*>(end); at += k_line)
    __builtin_prefetch(at, 1);
}

}  // namespace tokensieve
