#pragma once

#include "pipeline/fetch_lines.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
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

  /// Memory that it takes beside what a `Log` points to. It keeps that of logs
  /// that were removed.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return slots_.capacity() * sizeof(std::uint32_t) +
           blocks_.capacity() * sizeof(blocks_[0]) +
           blocks_.size() * k_block * sizeof(entry);
  }

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
    return entry_of(slot).log;
  }

  /// Begins to fetch where the log is looked up, in a second step the log, if
  /// it stands where it nearly always does, and in a third one what it is
  /// linked with.
  void fetch_slot(std::uint64_t stream) const noexcept {
    if (!slots_.empty()) __builtin_prefetch(&slots_[stream & mask()]);
  }
  void fetch_log(std::uint64_t stream) const noexcept {
    const entry* const found = probable(stream);
    if (found != nullptr) fetch_lines(found, found + 1);
  }
  /// The log, if it is that.
  [[nodiscard]] const Log* fetch_links(std::uint64_t stream) const noexcept {
    const entry* const found = probable(stream);
    if (found == nullptr || found->stream != stream) return nullptr;
    for (const std::uint32_t slot : {found->newer, found->older})
      if (slot != k_none) __builtin_prefetch(&entry_of(slot), 1);
    return &found->log;
  }

  /// REQUIRES: !empty().
  [[nodiscard]] const Log& oldest() const noexcept {
    return entry_of(oldest_).log;
  }
  void remove_oldest() noexcept {
    const std::uint32_t slot = oldest_;
    unlink(slot);
    close_gap(place_of(entry_of(slot).stream));
    entry_of(slot).log = Log{};
    entry_of(slot).newer = free_;
    free_ = slot;
    --size_;
  }

  void clear() noexcept {
    slots_ = std::vector<std::uint32_t>();
    blocks_ = std::vector<std::unique_ptr<entry[]>>();
    made_ = 0;
    size_ = 0;
    newest_ = oldest_ = free_ = k_none;
  }

 private:
  static constexpr std::uint32_t k_none =
      std::numeric_limits<std::uint32_t>::max();
  static constexpr std::size_t k_fewest_slots = 1024;

  static constexpr std::uint32_t k_block = 64;

  /// Not one more line than it takes.
  struct alignas(64) entry {
    std::uint64_t stream = 0;
    std::uint32_t newer = k_none;  ///< of a free one the next that is free
    std::uint32_t older = k_none;
    Log log;
  };

  [[nodiscard]] entry& entry_of(std::uint32_t slot) noexcept {
    return blocks_[slot / k_block][slot % k_block];
  }
  [[nodiscard]] const entry& entry_of(std::uint32_t slot) const noexcept {
    return blocks_[slot / k_block][slot % k_block];
  }
  [[nodiscard]] const entry* probable(std::uint64_t stream) const noexcept {
    if (slots_.empty()) return nullptr;
    const std::uint32_t slot = slots_[stream & mask()];
    return slot == k_none ? nullptr : &entry_of(slot);
  }

  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }

  /// Where the log's number stands, or is to stand.
  [[nodiscard]] std::size_t place_of(std::uint64_t stream) const noexcept {
    std::size_t at = stream & mask();
    while (slots_[at] != k_none && entry_of(slots_[at]).stream != stream)
      at = (at + 1) & mask();
    return at;
  }

  std::uint32_t make(std::uint64_t stream) {
    std::uint32_t slot = free_;
    if (slot == k_none) {
      if (made_ == blocks_.size() * k_block)
        blocks_.push_back(std::make_unique<entry[]>(k_block));
      slot = made_++;
    } else {
      free_ = entry_of(slot).newer;
    }
    entry_of(slot).stream = stream;
    return slot;
  }

  void link(std::uint32_t slot) noexcept {
    entry_of(slot).newer = k_none;
    entry_of(slot).older = newest_;
    (newest_ == k_none ? oldest_ : entry_of(newest_).newer) = slot;
    newest_ = slot;
  }
  void unlink(std::uint32_t slot) noexcept {
    const std::uint32_t newer = entry_of(slot).newer;
    const std::uint32_t older = entry_of(slot).older;
    (newer == k_none ? newest_ : entry_of(newer).older) = older;
    (older == k_none ? oldest_ : entry_of(older).newer) = newer;
  }

  /// Frees the place `gap`: those behind it that are not where they belong
  /// move up.
  void close_gap(std::size_t gap) noexcept {
    for (std::size_t at = (gap + 1) & mask(); slots_[at] != k_none;
         at = (at + 1) & mask()) {
      const std::size_t home = entry_of(slots_[at]).stream & mask();
      if (((at - home) & mask()) < ((at - gap) & mask())) continue;
      slots_[gap] = slots_[at];
      gap = at;
    }
    slots_[gap] = k_none;
  }

  void grow() {
    slots_.assign(std::max(k_fewest_slots, 2 * slots_.size()), k_none);
    for (std::uint32_t slot = oldest_; slot != k_none;
         slot = entry_of(slot).newer)
      slots_[place_of(entry_of(slot).stream)] = slot;
  }

  std::vector<std::uint32_t> slots_;
  /// An entry stays where it is.
  std::vector<std::unique_ptr<entry[]>> blocks_;
  std::uint32_t made_ = 0;  ///< entries that were ever in use
  std::size_t size_ = 0;
  std::uint32_t newest_ = k_none;
  std::uint32_t oldest_ = k_none;
  std::uint32_t free_ = k_none;
};

}  // namespace tokensieve
