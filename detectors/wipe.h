#pragma once

#include <cstddef>
#include <string>

namespace tokensieve {

/// Overwrites what may hold tokens, when it goes out of scope: memory that is
/// given back, or reused for something shorter, must not show them.
class wiped_at_end {
 public:
  explicit wiped_at_end(std::string& bytes) noexcept : bytes_(bytes) {}
  wiped_at_end(const wiped_at_end&) = delete;
  wiped_at_end& operator=(const wiped_at_end&) = delete;
  ~wiped_at_end();

 private:
  std::string& bytes_;
};

/// Room for `size` bytes in `bytes`, as `reserve` makes it; what moves leaves
/// nothing behind.
void reserve_wiped(std::string& bytes, std::size_t size);

}  // namespace tokensieve
