#include "pipeline/seam_border.h"

#include "pipeline/chunk.h"

#include <algorithm>
#include <array>

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

constexpr std::array<bool, 256> set_of(std::string_view bytes) {
  std::array<bool, 256> set{};
  for (const char c : bytes)
    set[static_cast<unsigned char>(c)] = true;
  return set;
}

constexpr std::string_view k_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_";
constexpr auto k_letter_set = set_of(k_letters);

constexpr bool is_letter(char c) noexcept {
  return k_letter_set[static_cast<unsigned char>(c)];
}

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr bool is_suffix(char c) noexcept {
  constexpr std::string_view k_suffix = "\r \t\"'`,;+)]\\";
  return k_suffix.contains(c);
}

// What a token is written in: itself, base64, hex, or one of the encodings of
// single bytes, with colours in it. Times and sentences hold other bytes.
constexpr auto k_token_bytes = [] {
  std::array<bool, 256> set = set_of({"=%&#;\\[\x1b\0", 9});
  for (const char c : k_letters)
    set[static_cast<unsigned char>(c)] = true;
  return set;
}();

// A soft line break of quoted-printable ends nothing.
constexpr bool is_token_byte(std::string_view text, std::size_t at) noexcept {
  if (k_token_bytes[static_cast<unsigned char>(text[at])]) return true;
  return at > 0 && (text[at - 1] == '=' || text[at - 1] == '\r') &&
         is_blank(text[at]);
}

// Takes off a colour code.
std::string_view without_colour(std::string_view line) noexcept {
  if (!line.ends_with('m')) return line;
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

// A colour that ends with a line is nothing of a token.
std::size_t word_before(std::string_view left) noexcept {
  left = without_colour(left);
  std::size_t at = left.size();
  const std::size_t limit = at - std::min(at, k_shortest_token);
  while (at > limit && is_token_byte(left, at - 1))
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
    while (at > begin && is_token_byte(right, at - 1))
      --at;
    if (at == begin) return true;
    begin = at;
    before = 0;
  }
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
  for (std::size_t at = left.size(); at > limit && is_letter(left[at - 1]);
       --at) {
    add(left[at - 1]);
    if (count >= k_min_column && !word) return true;
  }
  std::ranges::for_each(right, add);
  return count >= k_min_column && !word;
}

// May `left` be followed by a line that goes on with it?
bool may_be_folded(std::string_view left) noexcept {
  left = without_suffix(left);
  return left.ends_with('=') || are_folded_letters(left, {});
}

// May the line that is cut here be followed by one that goes on with it?
bool may_cut_folded_line(std::string_view left,
                         std::string_view right) noexcept {
  std::size_t letters = 0;
  while (letters < right.size() && is_letter(right[letters]))
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
      std::min(left.rfind(escaped ? "\\n" : "\n"), left.size());
  return holds_long_word(left, right, k_seam_reach) ||
         may_cut_folded_line(left, right) || may_be_folded(left) ||
         may_be_folded(left.substr(0, line_end));
}

bool seam_border::may_hide_token(std::string_view left, std::string_view right,
                                 bool escaped) {
  if (ends_with_line_end(left, escaped)) {
    return may_be_folded(left.substr(0, left.size() - (escaped ? 2 : 1))) &&
           scan(left, "", right);
  }
  if ((holds_long_word(left, right, k_near) ||
       may_cut_folded_line(left, right)) &&
      scan(left, "", right)) {
    return true;
  }
  if (may_be_folded(left) && scan(left, "\n", right)) return true;
  // The cut may stand in the prefix of a line that goes on with the last.
  const std::size_t line_end = left.rfind(escaped ? "\\n" : "\n");
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
