#pragma once

#include <algorithm>
#include <cstddef>

namespace tokensieve {

/// The work that may be done for one text beyond reading it once, in bytes
/// looked at again: whatever the text, what is followed and decoded costs no
/// more than some passes over it. Whoever spends stops where it is spent.
class work_budget {
 public:
  explicit constexpr work_budget(std::size_t bytes) noexcept : left_(bytes) {}

  constexpr void spend(std::size_t bytes) noexcept {
    left_ -= std::min(bytes, left_);
  }
  constexpr void add(std::size_t bytes) noexcept { left_ += bytes; }
  [[nodiscard]] constexpr bool is_spent() const noexcept { return left_ == 0; }

 private:
  std::size_t left_;
};

}  // namespace tokensieve
