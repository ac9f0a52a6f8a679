#pragma once

#include "pipeline/fetch_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

namespace tokensieve {

/// What is known of logs, by the hash of their names, in the order in which
/// they were heard of. Made for very many logs, of which a batch names each
/// once: what a look-up will touch can be fetched ahead of it. References stay
/// valid until the log is removed.
template <typename Log>
class log_table {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Of a log that is not there yet a `Log{}` is made; it is the newest then.
  Log& heard_of(std::uint64_t stream) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    std::uint32_t& slot = slots_[place_of(stream)];
    if (slot == k_none) {
      slot = make(stream);
      ++size_;
    } else {
      unlink(slot);
    }
    link(slot);
    return logs_[slot].log;
  }

  /// Begins to fetch where the log is looked up, and in a second step the log,
  /// if it stands where it nearly always does.
  void fetch_slot(std::uint64_t stream) const noexcept {
    if (!slots_.empty()) __builtin_prefetch(&slots_[stream & mask()]);
  }
  [[nodiscard]] const Log* fetch(std::uint64_t stream) const noexcept {
    if (slots_.empty()) return nullptr;
    const std::uint32_t slot = slots_[stream & mask()];
    if (slot == k_none) return nullptr;
    const entry& found = logs_[slot];
    fetch_lines(&found, &found + 1);
    return &found.log;
  }

  /// REQUIRES: !empty().
  [[nodiscard]] const Log& oldest() const noexcept {
    return logs_[oldest_].log;
  }
  void remove_oldest() noexcept {
    const std::uint32_t slot = oldest_;
    unlink(slot);
    close_gap(place_of(logs_[slot].stream));
    logs_[slot].log = Log{};
    logs_[slot].newer = free_;
    free_ = slot;
    --size_;
  }

  void clear() noexcept {
    slots_.clear();
    logs_.clear();
    size_ = 0;
    newest_ = oldest_ = free_ = k_none;
  }

 private:
  static constexpr std::uint32_t k_none =
      std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t k_fewest_slots = 1024;

  struct entry {
    std::uint64_t stream = 0;
    std::uint32_t newer = k_none;  ///< of a free one the next that is free
    std::uint32_t older = k_none;
    Log log;
  };

  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }

  /// Where the log's number stands, or is to stand.
  [[nodiscard]] std::size_t place_of(std::uint64_t stream) const noexcept {
    std::size_t at = stream & mask();
    while (slots_[at] != k_none && logs_[slots_[at]].stream != stream)
      at = (at + 1) & mask();
    return at;
  }

  std::uint32_t make(std::uint64_t stream) {
    std::uint32_t slot = free_;
    if (slot == k_none) {
      slot = static_cast<std::uint32_t>(logs_.size());
      logs_.emplace_back();
    } else {
      free_ = logs_[slot].newer;
    }
    logs_[slot].stream = stream;
    return slot;
  }

  void link(std::uint32_t slot) noexcept {
    logs_[slot].newer = k_none;
    logs_[slot].older = newest_;
    (newest_ == k_none ? oldest_ : logs_[newest_].newer) = slot;
    newest_ = slot;
  }
  void unlink(std::uint32_t slot) noexcept {
    const std::uint32_t newer = logs_[slot].newer;
    const std::uint32_t older = logs_[slot].older;
    (newer == k_none ? newest_ : logs_[newer].older) = older;
    (older == k_none ? oldest_ : logs_[older].newer) = newer;
  }

  /// Frees the place `gap`: those behind it that are not where they belong
  /// move up.
  void close_gap(std::size_t gap) noexcept {
    for (std::size_t at = (gap + 1) & mask(); slots_[at] != k_none;
         at = (at + 1) & mask()) {
      const std::size_t home = logs_[slots_[at]].stream & mask();
      if (((at - home) & mask()) < ((at - gap) & mask())) continue;
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = k_none;
  }

  void grow() {
    slots_.assign(std::max(k_fewest_slots, 2 * slots_.size()), k_none);
    for (std::uint32_t slot = oldest_; slot != k_none; slot = logs_[slot].newer)
      slots_[place_of(logs_[slot].stream)] = slot;
  }

  std::vector<std::uint32_t> slots_;
  std::deque<entry> logs_;
  std::size_t size_ = 0;
  std::uint32_t newest_ = k_none;
  std::uint32_t oldest_ = k_none;
  std::uint32_t free_ = k_none;
};

}  // namespace tokensieve
