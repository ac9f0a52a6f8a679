#pragma once

#include <cstddef>
#include <cstdint>

namespace tokensieve {

/// Begins to fetch [begin, end), which will be written.
template <typename Object>
void fetch_lines(const Object* begin, const Object* end) noexcept {
  constexpr std::size_t k_line = 64;
  const auto first = reinterpret_cast<std::uintptr_t>(begin);
  const auto behind = reinterpret_cast<std::uintptr_t>(end);
  for (std::uintptr_t at = first - first % k_line; at < behind; at += k_line)
    __builtin_prefetch(reinterpret_cast<const void*>(at), 1);
}

}  // namespace tokensieve
