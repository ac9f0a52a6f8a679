#pragma once

#include "schemas/leak.h"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace tokensieve {

/// Walks the lines of a unified diff. Within a hunk the counts of its header
/// decide: a removed line may itself look like the header of a file.
class diff_walk {
 public:
  struct place {
    std::uint64_t line;
    patch_side side;
  };

  /// The place of the next line, nothing outside of hunks.
  std::optional<place> next(std::string_view line) {
    if (line.starts_with("@@ ") && begin_hunk(line)) return {};
    if (!in_hunk_) return {};
    switch (line.empty() || line == "\r" ? ' ' : line[0]) {
      case '+':
        if (!take(0, 1) && line.starts_with("+++ ")) break;
        return place{new_line_++, patch_side::added};
      case '-':
        if (!take(1, 0) &&
            (line.starts_with("--- ") || line.starts_with("-- "))) {
          break;
        }
        return place{old_line_++, patch_side::removed};
      case ' ':
        // Some tools cut the blank of an empty line.
        if (!take(1, 1) && !line.starts_with(' ')) break;
        ++old_line_;
        return place{new_line_++, patch_side::context};
      case '\\':  // "\ No newline at end of file"
        return {};
      default:
        break;
    }
    in_hunk_ = false;
    return {};
  }

 private:
  /// `@@ -3,2 +4,1 @@`, where a count of 1 may be left out.
  bool begin_hunk(std::string_view header) {
    header.remove_prefix(3);
    if (!take_range(header, '-', old_line_, old_left_) ||
        !take_range(header, '+', new_line_, new_left_) ||
        !header.starts_with("@@")) {
      return false;
    }
    in_hunk_ = true;
    return true;
  }

  static bool take_range(std::string_view& text, char sign,
                         std::uint64_t& first, std::uint64_t& count) {
    if (!text.starts_with(sign)) return false;
    text.remove_prefix(1);
    if (!take_number(text, first)) return false;
    count = 1;
    if (text.starts_with(',')) {
      text.remove_prefix(1);
      if (!take_number(text, count)) return false;
    }
    if (!text.starts_with(' ')) return false;
    text.remove_prefix(1);
    return true;
  }

  static bool take_number(std::string_view& text, std::uint64_t& number) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
  }

  /// Counts a line of the hunk. False where the header counted fewer: a line
  /// that cannot be anything else still belongs to the hunk.
  bool take(std::uint64_t old_lines, std::uint64_t new_lines) {
    if (old_left_ < old_lines || new_left_ < new_lines) return false;
    old_left_ -= old_lines;
    new_left_ -= new_lines;
    return true;
  }

  bool in_hunk_ = false;
  std::uint64_t old_line_ = 0;
  std::uint64_t new_line_ = 0;
  std::uint64_t old_left_ = 0;
  std::uint64_t new_left_ = 0;
};

}  // namespace tokensieve
