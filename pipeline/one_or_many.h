#pragma once

#include <cstddef>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace tokensieve {

/// A list that nearly always has one element at most, which stands in it.
template <typename T>
class one_or_many {
 public:
  /// Valid until the next change.
  [[nodiscard]] std::span<T> all() noexcept {
    if (has_one_) return {&one_, 1};
    return many_;
  }
  [[nodiscard]] std::span<const T> all() const noexcept {
    if (has_one_) return {&one_, 1};
    return many_;
  }

  /// Memory that it takes beside itself and what its elements point to.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return many_.capacity() * sizeof(T);
  }

  /// Makes a new element in front of element `at`.
  /// REQUIRES: at <= all().size().
  T& insert(std::size_t at) {
    if (!has_one_ && many_.empty()) {
      has_one_ = true;
      return one_;
    }
    if (has_one_) {
      many_.reserve(2);
      many_.push_back(std::exchange(one_, T{}));
      has_one_ = false;
    }
    return *many_.emplace(std::next(many_.begin(), index(at)));
  }
  /// REQUIRES: at < all().size().
  void erase(std::size_t at) {
    if (has_one_) {
      one_ = T{};
      has_one_ = false;
      return;
    }
    many_.erase(std::next(many_.begin(), index(at)));
    if (many_.size() > 1) return;
    one_ = std::move(many_.front());
    has_one_ = true;
    many_ = std::vector<T>();
  }

 private:
  static std::ptrdiff_t index(std::size_t at) noexcept {
    return static_cast<std::ptrdiff_t>(at);
  }

  T one_{};
  bool has_one_ = false;
  std::vector<T> many_;  ///< never one
};

}  // namespace tokensieve
