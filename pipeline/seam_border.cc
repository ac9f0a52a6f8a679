#include "pipeline/seam_border.h"

#include "pipeline/chunk.h"
#include "pipeline/word_bytes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace tokensieve {
namespace {

// A legacy token in clear, the shortest of all, has so many bytes.
constexpr std::size_t k_shortest_token = 36;

// A fixed text of this size without a blank has colours in it.
constexpr std::size_t k_near = 64;

// A line of a folded block has at least so many letters, and what stands
// between them and its end is short.
constexpr std::size_t k_min_column = 8;
constexpr std::size_t k_max_suffix = 12;
constexpr std::size_t k_enough = 24;

constexpr auto k_suffixes = [] {
  std::array<bool, 256> set{};
  for (const char c : std::string_view("\r \t\"'`,;+)]\\"))
    set[static_cast<unsigned char>(c)] = true;
  return set;
}();

constexpr bool is_suffix(char c) noexcept {
  return k_suffixes[static_cast<unsigned char>(c)];
}

// Takes off a colour code, of which the last byte is seen.
std::string_view without_colour_code(std::string_view line) noexcept {
  const std::size_t bracket =
      line.substr(0, line.size() - 1).find_last_not_of("0123456789;");
  if (bracket == line.npos || line[bracket] != '[') return line;
  const std::string_view before = line.substr(0, bracket);
  for (const std::string_view escape : {"\x1b", "\\u001b", "\\u001B"}) {
    if (before.ends_with(escape)) {
      return before.substr(0, before.size() - escape.size());
    }
  }
  return line;
}

std::string_view without_colour(std::string_view line) noexcept {
  return line.ends_with('m') ? without_colour_code(line) : line;
}

// A colour that ends with a line is nothing of a token.
std::size_t word_before(std::string_view left) noexcept {
  left = without_colour(left);
  std::size_t at = left.size();
  const std::size_t limit = at - std::min(at, k_shortest_token);
  while (at > limit && is_of_word(left, at - 1))
    --at;
  return left.size() - at;
}

// Is there a word that is long enough for a token and begins before the cut,
// or at most `reach` bytes behind it?
bool holds_long_word(std::string_view left, std::string_view right,
                     std::size_t reach) noexcept {
  std::size_t before = word_before(left);
  std::size_t begin = 0;
  for (;;) {
    std::size_t at = begin + k_shortest_token - before;
    if (at > right.size() || begin > reach) return false;
    while (at > begin && is_of_word(right, at - 1))
      --at;
    if (at == begin) return true;
    begin = at;
    before = 0;
  }
}

// Where `By` more bits in a row begin, given where some do.
template <unsigned By>
constexpr std::array<std::uint64_t, 2> longer(
    std::array<std::uint64_t, 2> runs) noexcept {
  return {runs[0] & (runs[0] >> By | runs[1] << (64 - By)),
          runs[1] & runs[1] >> By};
}

// The same for a word that begins at most k_near bytes behind the cut.
bool holds_long_word(std::string_view left, std::string_view right,
                     const word_masks& behind) noexcept {
  const std::size_t before = word_before(left);
  const auto begin = static_cast<std::size_t>(std::countr_one(behind.words[0]));
  if (before + begin >= k_shortest_token) return true;
  if (right.size() < k_shortest_token) return false;
  static_assert(k_shortest_token == 1 + 1 + 2 + 4 + 8 + 16 + 4 &&
                k_near + k_shortest_token <= word_masks::k_bytes);
  const auto runs = longer<4>(
      longer<16>(longer<8>(longer<4>(longer<2>(longer<1>(behind.words))))));
  return (runs[0] | (runs[1] & 1)) != 0;
}

// Takes off what may stand between the letters of a line and its end.
std::string_view without_suffix(std::string_view line) noexcept {
  const std::size_t limit = line.size() - std::min(line.size(), k_max_suffix);
  while (line.size() > limit) {
    const std::string_view plain = without_colour(line);
    if (plain.size() != line.size()) {
      line = plain;
    } else if (line.ends_with("\\r")) {
      line.remove_suffix(2);
    } else if (is_suffix(line.back())) {
      line.remove_suffix(1);
    } else {
      break;
    }
  }
  return line;
}

// Folded letters are told from words by a digit or a capital among them: of
// the last ones nearly always there is one.
bool are_folded_letters(std::string_view left,
                        std::string_view right) noexcept {
  std::size_t count = 0;
  bool word = true;
  const auto add = [&](char c) {
    ++count;
    word = word && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z');
  };
  const std::size_t limit = left.size() - std::min(left.size(), k_enough);
  for (std::size_t at = left.size();
       at > limit && is_folded_letter(left[at - 1]); --at) {
    add(left[at - 1]);
    if (count >= k_min_column && !word) return true;
  }
  std::ranges::for_each(right, add);
  return count >= k_min_column && !word;
}

// Where the last line end stands, or seems to.
std::size_t last_line_end(std::string_view text, bool escaped) noexcept {
  for (std::size_t end = text.size(); end > 0;) {
    const void* const found = memrchr(text.data(), escaped ? '\\' : '\n', end);
    if (found == nullptr) break;
    end =
        static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (!escaped || (end + 1 < text.size() && text[end + 1] == 'n')) return end;
  }
  return text.npos;
}

// Does it end with as many letters as a line has at least? Few do, but where a
// word ends nobody can guess: so all are looked at.
bool ends_with_letters(std::string_view left) noexcept {
  if (left.size() < k_min_column) return false;
  bool letters = true;
  for (const char c : left.substr(left.size() - k_min_column))
    letters &= is_folded_letter(c);
  return letters;
}

// May `left` be followed by a line that goes on with it?
bool may_be_folded(std::string_view left) noexcept {
  left = without_suffix(left);
  return left.ends_with('=') ||
         (ends_with_letters(left) && are_folded_letters(left, {}));
}

// May the line that is cut here be followed by one that goes on with it?
bool may_cut_folded_line(std::string_view left, std::string_view right,
                         const word_masks& behind) noexcept {
  auto letters = static_cast<std::size_t>(std::countr_one(behind.letters));
  while (letters < right.size() && is_folded_letter(right[letters]))
    ++letters;
  std::size_t end = letters;
  while (end < right.size() && end < letters + k_max_suffix &&
         is_suffix(right[end]))
    ++end;
  if (end == right.size()) return false;  // the next cut will tell
  const bool line_end =
      right[end] == '\n' ||
      (end > letters && right[end - 1] == '\\' &&
       (right[end] == 'n' || right[end] == 'r' || right[end] == 'u'));
  if (!line_end) return false;
  if (letters == 0) left = without_suffix(left);
  return are_folded_letters(left, right.substr(0, letters));
}

}  // namespace

bool seam_border::is_enough(std::string_view left) noexcept {
  return left.size() >= k_seam_border ||
         (left.size() >= k_near &&
          left.substr(left.size() - k_near).contains(' '));
}

bool seam_border::may_go_on(std::string_view left, std::string_view right,
                            bool escaped) noexcept {
  if (ends_with_line_end(left, escaped)) {
    return may_be_folded(left.substr(0, left.size() - (escaped ? 2 : 1))) ||
           holds_long_word({}, right, k_seam_reach);
  }
  // The cut may stand in the prefix of a line, or in a last one that is short.
  const std::size_t line_end =
      std::min(last_line_end(left, escaped), left.size());
  return holds_long_word(left, right, k_seam_reach) ||
         may_cut_folded_line(left, right, classify_words(right)) ||
         may_be_folded(left) || may_be_folded(left.substr(0, line_end));
}

bool seam_border::may_hide_token(std::string_view left, std::string_view right,
                                 bool escaped) {
  if (ends_with_line_end(left, escaped)) {
    return may_be_folded(left.substr(0, left.size() - (escaped ? 2 : 1))) &&
           scan(left, "", right);
  }
  const word_masks behind = classify_words(right);
  if ((holds_long_word(left, right, behind) ||
       may_cut_folded_line(left, right, behind)) &&
      scan(left, "", right)) {
    return true;
  }
  if (may_be_folded(left) && scan(left, "\n", right)) return true;
  // The cut may stand in the prefix of a line that goes on with the last.
  const std::size_t line_end = last_line_end(left, escaped);
  return line_end != left.npos && may_be_folded(left.substr(0, line_end)) &&
         scan(left, "", right);
}

bool seam_border::scan(std::string_view left, std::string_view separator,
                       std::string_view right) {
  const std::string_view last =
      left.substr(left.size() - std::min(left.size(), k_near));
  joined_.assign(
      last.contains(' ')
          ? last
          : left.substr(left.size() - std::min(left.size(), k_seam_border)));
  joined_ += separator;
  const std::string_view near = right.substr(0, k_near);
  joined_ += near.contains(' ') ? near : right.substr(0, k_seam_border);
  return scanner_.piece_may_hold_token(joined_);
}

}  // namespace tokensieve
