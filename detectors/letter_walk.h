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
/// lines of a folded run: of its line, and of those to the sides that are asked
/// for.
class unfolded {
 public:
  struct sides {
    bool before;
    bool behind;
  };

  unfolded(std::string_view text, const alphabet& letters, line_form form,
           std::size_t group, sides asked, work_budget& work,
           line_memory& memory) noexcept {
    const letter_text lines(text, letters, form, work, &memory);
    const text_range near{group - std::min(group, k_max_line),
                          std::min(text.size(), group + k_max_line)};
    const letter_line line = lines.line_at(group, near);
    go_back(text, lines, line, group, asked.before);
    go_on(text, lines, line, group, asked.behind);
  }

  [[nodiscard]] std::string_view text() const noexcept {
    return {letters_.data() + first_, last_ - first_};
  }
  [[nodiscard]] std::size_t group() const noexcept { return k_look - first_; }
  [[nodiscard]] bool is_folded() const noexcept { return folded_; }

 private:
  // Where a folded line may begin or end.
  static constexpr std::size_t k_max_line = 4'096;

  void go_back(std::string_view text, const letter_text& lines,
               std::optional<letter_line> line, std::size_t at,
               bool over_lines) noexcept {
    while (line) {
      for (; first_ > 0 && at > line->first; --at) {
        if (lines.value_of(text[at - 1]) != alphabet::k_none)
          letters_[--first_] = text[at - 1];
      }
      if (first_ == 0 || !over_lines) return;
      line = lines.previous(*line);
      if (line) at = line->last;
      folded_ |= line.has_value();
    }
  }

  void go_on(std::string_view text, const letter_text& lines,
             std::optional<letter_line> line, std::size_t at,
             bool over_lines) noexcept {
    while (line) {
      for (; last_ < letters_.size() && at < line->last; ++at) {
        if (lines.value_of(text[at]) != alphabet::k_none)
          letters_[last_++] = text[at];
      }
      if (last_ == letters_.size() || !over_lines) return;
      line = lines.next(*line);
      if (line) at = line->first;
      folded_ |= line.has_value();
    }
  }

  std::array<char, 2 * k_look> letters_;
  std::size_t first_ = k_look;
  std::size_t last_ = k_look;
  bool folded_ = false;
};

}  // namespace tokensieve
