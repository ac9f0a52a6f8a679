#pragma once

#include "detectors/letters.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

/// No more letters are looked at to either side: those of a token's 36 bytes.
inline constexpr std::size_t k_look = 72;

/// What a token may look like inside: text, for it may be encoded once more,
/// and folded there; zeros between the letters of UTF-16; and what control
/// sequences of terminals begin or end with.
constexpr bool is_plausible(std::uint8_t byte) noexcept {
  return (byte >= ' ' && byte <= '~') || byte == '\0' || byte == '\t' ||
         byte == '\n' || byte == '\r' || byte == '\x1b' || byte == '\a';
}

/// Walks from the first letter of a group to both sides while what the letters
/// stand for is plausible.
template <const alphabet& Letters>
class examination {
 public:
  explicit examination(std::string_view text) noexcept : text_(text) {}

  void walk(std::size_t group) noexcept {
    begin_ = end_ = group;
    go_on();
    go_back();
  }

  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::size_t end() const noexcept { return end_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  /// Do the letters themselves begin, or end, where the stretch does?
  [[nodiscard]] bool begins_at_edge() const noexcept { return begins_at_edge_; }
  [[nodiscard]] bool ends_at_edge() const noexcept { return ends_at_edge_; }

 private:
  static constexpr std::uint8_t k_no_byte = 'x';

  [[nodiscard]] std::uint8_t value_at(std::size_t at) const noexcept {
    return Letters.values[static_cast<unsigned char>(text_[at])];
  }

  // The byte that ends in the second of two letters; `place` is that of the
  // second in its group.
  [[nodiscard]] std::uint8_t byte_of(std::uint8_t first, std::uint8_t second,
                                     std::size_t place) const noexcept {
    if constexpr (Letters.bits == 4)
      return static_cast<std::uint8_t>(first << 4 | second);
    else
      return static_cast<std::uint8_t>(first << (2 * place) |
                                       second >> (6 - 2 * place));
  }

  [[nodiscard]] bool accepts(std::uint8_t byte) noexcept {
    const bool good = is_plausible(byte) && (byte != 0 || last_ != 0);
    last_ = byte;
    return good;
  }

  void go_on() noexcept {
    last_ = k_no_byte;
    const std::size_t limit = std::min(text_.size(), begin_ + k_look);
    std::uint8_t before = 0;
    for (; end_ < limit; ++end_) {
      const std::uint8_t value = value_at(end_);
      if (value == alphabet::k_none) break;
      const std::size_t place = (end_ - begin_) % Letters.group;
      if (place > 0 && !accepts(byte_of(before, value, place))) return;
      before = value;
    }
    ends_at_edge_ = end_ < begin_ + k_look;
  }

  void go_back() noexcept {
    last_ = k_no_byte;
    const std::size_t group = begin_;
    const std::size_t limit = group - std::min(group, k_look);
    std::uint8_t behind = 0;
    for (; begin_ > limit; --begin_) {
      const std::uint8_t value = value_at(begin_ - 1);
      if (value == alphabet::k_none) break;
      const std::size_t place =
          (Letters.group - (group - begin_)) % Letters.group;
      if (place > 0 && !accepts(byte_of(value, behind, place))) return;
      behind = value;
    }
    begins_at_edge_ = group - begin_ < k_look;
  }

  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint8_t last_ = k_no_byte;
  bool begins_at_edge_ = false;
  bool ends_at_edge_ = false;
};

/// Letters around one that begins a group, without what stands between the
/// lines of a folded run: first those of its line, then of lines to its sides.
class unfolded {
 public:
  unfolded(std::string_view text, const alphabet& letters, line_form form,
           std::size_t group, work_budget& work, line_memory& memory) noexcept
      : lines_(text, letters, form, work, &memory), text_(text) {
    const text_range near{group - std::min(group, k_max_line),
                          std::min(text.size(), group + k_max_line)};
    const letter_line line = lines_.line_at(group, near);
    before_ = behind_ = line;
    take_before(line.first, group);
    take_behind(group, line.last);
  }

  [[nodiscard]] std::string_view text() const noexcept {
    return {letters_.data() + first_, last_ - first_};
  }
  [[nodiscard]] std::size_t group() const noexcept { return k_look - first_; }
  [[nodiscard]] bool is_folded() const noexcept { return folded_; }

  /// Adds one more line in front; false if there is none, or letters enough.
  bool extend_before() noexcept {
    if (first_ == 0 || !before_) return false;
    before_ = lines_.previous(*before_);
    if (!before_) return false;
    folded_ = true;
    take_before(before_->first, before_->last);
    return true;
  }

  /// As `extend_before`, behind.
  bool extend_behind() noexcept {
    if (last_ == letters_.size() || !behind_) return false;
    behind_ = lines_.next(*behind_);
    if (!behind_) return false;
    folded_ = true;
    take_behind(behind_->first, behind_->last);
    return true;
  }

 private:
  // Where a folded line may begin or end.
  static constexpr std::size_t k_max_line = 4'096;

  [[nodiscard]] bool is_letter(char c) const noexcept {
    return lines_.value_of(c) != alphabet::k_none;
  }

  void take_before(std::size_t begin, std::size_t end) noexcept {
    for (; first_ > 0 && end > begin; --end) {
      if (is_letter(text_[end - 1])) letters_[--first_] = text_[end - 1];
    }
  }

  void take_behind(std::size_t begin, std::size_t end) noexcept {
    for (; last_ < letters_.size() && begin < end; ++begin) {
      if (is_letter(text_[begin])) letters_[last_++] = text_[begin];
    }
  }

  letter_text lines_;
  std::string_view text_;
  std::optional<letter_line> before_;  ///< the first line taken
  std::optional<letter_line> behind_;  ///< the last
  std::array<char, 2 * k_look> letters_;
  std::size_t first_ = k_look;
  std::size_t last_ = k_look;
  bool folded_ = false;
};

}  // namespace tokensieve
