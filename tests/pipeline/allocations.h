#pragma once

#include <cstddef>

/// Counts what the threads of this program allocate, in libraries too: the
/// file that defines it stands in front of the C library's allocator.
namespace tokensieve::allocations {

/// From now on.
void begin() noexcept;
/// Since `begin`.
std::size_t end() noexcept;

/// While it lives, what its thread allocates is not counted.
class uncounted {
 public:
  uncounted() noexcept;
  ~uncounted();
  uncounted(const uncounted&) = delete;
  uncounted& operator=(const uncounted&) = delete;
};

}  // namespace tokensieve::allocations
