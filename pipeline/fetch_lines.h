#pragma once

#include <cstddef>
#include <cstdint>

namespace tokensieve {

/// Begins to fetch [begin, end), which will be written.
template <typename Object>
void fetch_lines(const Object* begin, const Object* end) noexcept {
  constexpr std::size_t k_line = 64;
  const auto* at = reinterpret_cast<const char*>(begin);
  // A part of a line in front is fetched with it.
  at -= reinterpret_cast<std::uintptr_t>(begin) % k_line;
  for (; at < reinterpret_cast<const char*>(end); at += k_line)
    __builtin_prefetch(at, 1);
}

}  // namespace tokensieve
