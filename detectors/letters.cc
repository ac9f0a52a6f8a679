#include "detectors/letters.h"

#include "detectors/control_sequence.h"
#include "detectors/hex_digits.h"
#include "detectors/json_quote.h"
#include "detectors/token_form.h"

#include <algorithm>
#include <cstring>

namespace tokensieve {
namespace {

// What may stand in front of the letters of a line, and behind them.
constexpr std::size_t k_max_prefix = 256;
constexpr std::size_t k_max_suffix = 12;
// A block is folded no narrower. A first line that is shorter than the others,
// for a name stands in front of it, has at least this many letters.
constexpr std::size_t k_min_column = 8;
constexpr std::size_t k_max_column = 4'096;
constexpr std::size_t k_min_first = 32;

// What the end of a line and what stands in front of the next cost; of a line
// that no other leads to, both ends are to be found.
constexpr std::size_t k_line_work = 48;
constexpr std::size_t k_any_line_work = 160;
constexpr std::size_t k_prefix_work = 4;  // a byte
// What the letters in between do, and what interrupts those that both alphabets
// have.
constexpr std::size_t k_letters_a_look = 2;
constexpr std::size_t k_sign_work = 8;
constexpr std::size_t k_count_work = 4;

// The values of the letters that both alphabets have are lower.
constexpr std::uint8_t k_special = 62;

// No run has letters of both alphabets.
class one_alphabet {
 public:
  bool accepts(char c) noexcept {
    standard_ |= c == '+' || c == '/';
    url_ |= c == '-' || c == '_';
    return !(standard_ && url_);
  }

 private:
  bool standard_ = false;
  bool url_ = false;
};

constexpr bool is_sign(char c) noexcept {
  return c == '+' || c == '-';
}

// The size of the escape that begins at `at`: one that a string writes for what
// stands in front of letters. 0 for none.
std::size_t escape_size(std::string_view text, std::size_t at) noexcept {
  static constexpr byte_set k_letters("nrtbfv\"");
  if (!stands_at(text, at, "\\") || at + 1 == text.size()) return 0;
  if (k_letters.contains(text[at + 1])) return 2;
  if (text[at + 1] == 'u' && hex_number(text, at + 2, 4)) return 6;
  return text[at + 1] == 'x' && hex_number(text, at + 2, 2) ? 4 : 0;
}

// Punctuation that may stand in front of a line's letters besides the prefix
// that all lines have.
bool is_decoration(char c) noexcept {
  static constexpr byte_set k_decoration(" \t\"'`[({|>#*:");
  return k_decoration.contains(c);
}

}  // namespace

bool is_compressed_base64(std::string_view letters) noexcept {
  if (letters.starts_with("H4sI") || letters.starts_with("KLUv")) return true;
  if (letters.size() < 3 || letters[0] != 'e') return false;
  // By level of compression: 78 01, 78 5e, 78 9c, 78 da.
  const auto third = [&](char first, char last) {
    return letters[2] >= first && letters[2] <= last;
  };
  switch (letters[1]) {
    case 'A':
      return third('E', 'H');
    case 'F':
      return third('4', '7');
    case 'J':
      return third('w', 'z');
    case 'N':
      return third('o', 'r');
    default:
      return false;
  }
}

std::size_t letter_text::escaped_slash(std::size_t at) const noexcept {
  std::size_t slash = at;
  while (slash < text_.size() && slash < at + 8 && text_[slash] == '\\')
    ++slash;
  const bool letter = slash < text_.size() && text_[slash] == '/' &&
                      value_of('/') != alphabet::k_none;
  return letter ? slash + 1 - at : 0;
}

std::size_t letter_text::count(std::size_t begin,
                               std::size_t end) const noexcept {
  work_.spend(k_count_work + (end - begin) / k_letters_a_look);
  const std::string_view letters = text_.substr(begin, end - begin);
  // What else stands in a line escapes a slash.
  if (!letters.contains('\\')) return letters.size();
  return static_cast<std::size_t>(std::ranges::count_if(
      letters, [this](char c) { return value_of(c) != alphabet::k_none; }));
}

// The letters that both alphabets have stand together, eight and more.
std::size_t letter_text::behind_plain(std::size_t at,
                                      std::size_t limit) const noexcept {
  constexpr std::size_t k_step = plain_letters::k_step;
  while (at < limit && at + k_step <= text_.size()) {
    const std::size_t size = letters_.plain.first_of(text_.data() + at);
    at += size;
    if (size < k_step) return std::min(at, limit);
  }
  while (at < limit && value_of(text_[at]) < k_special)
    ++at;
  return std::min(at, limit);
}

std::size_t letter_text::before_plain(std::size_t at,
                                      std::size_t limit) const noexcept {
  constexpr std::size_t k_step = plain_letters::k_step;
  while (at >= limit + k_step) {
    const std::size_t size = letters_.plain.last_of(text_.data() + at - k_step);
    at -= size;
    if (size < k_step) return at;
  }
  while (at > limit && value_of(text_[at - 1]) < k_special)
    --at;
  return at;
}

std::size_t letter_text::letters_begin(std::size_t at,
                                       std::size_t limit) const noexcept {
  one_alphabet seen;
  const std::size_t end = at;
  while ((at = before_plain(at, limit)) > limit) {
    work_.spend(k_sign_work);
    const char c = text_[at - 1];
    const bool escape = c == '\\' && letter_size(at - 1) > 1;
    if (!escape && (value_of(c) == alphabet::k_none || !seen.accepts(c))) break;
    --at;
  }
  work_.spend((end - at) / k_letters_a_look);
  return at;
}

letter_text::stretch letter_text::letters_at(std::size_t at,
                                             std::size_t limit) const noexcept {
  one_alphabet seen;
  std::size_t escapes = 0;  // bytes
  const std::size_t begin = at;
  while ((at = behind_plain(at, limit)) < limit) {
    work_.spend(k_sign_work);
    const std::size_t size = letter_size(at);
    if (size == 0 || !seen.accepts(text_[at + size - 1])) break;
    at += size;
    escapes += size - 1;
  }
  work_.spend((at - begin) / k_letters_a_look);
  return {.end = at, .letters = at - begin - escapes};
}

std::size_t letter_text::line_begin(std::size_t at) const noexcept {
  const std::size_t limit = at - std::min(at, k_max_prefix);
  std::size_t begin = limit;
  // Behind the last `end` that `ends` a line and stands behind `begin`.
  const auto find_last = [&](char end, auto ends) {
    for (std::size_t from = at; from > begin;) {
      const void* const found =
          memrchr(text_.data() + begin, end, from - begin);
      if (found == nullptr) return;
      from = static_cast<std::size_t>(static_cast<const char*>(found) -
                                      text_.data());
      if (ends(from + 1)) begin = from + 1;
    }
  };
  find_last('\n', [](std::size_t) { return true; });
  find_last('n', [&](std::size_t behind) {
    return behind - 1 > limit && text_[behind - 2] == '\\';
  });
  if (form_ >= line_form::raw) {
    find_last('"', [&](std::size_t behind) {
      return element_end(behind) != 0 || begins_json_string(text_, behind);
    });
  }
  return begin;
}

// Where the array's element ends in front of the one that begins at `begin`;
// 0 for none.
std::size_t letter_text::element_end(std::size_t begin) const noexcept {
  if (form_ < line_form::raw || begin < 3 || text_[begin - 1] != '"') return 0;
  std::size_t end = begin - 1;
  if (is_blank(text_[end - 1])) --end;
  return end > 1 && text_[end - 1] == ',' && text_[end - 2] == '"' ? end - 2
                                                                   : 0;
}

// Where the next line begins if only quotes, a comma and the like stand
// between `at` and the line's end; 0 if not.
std::size_t letter_text::line_end_behind(std::size_t at) const noexcept {
  static constexpr byte_set k_suffix("\r \t\"'`,;+)]");
  for (std::size_t i = 0; i < k_max_suffix; ++i) {
    if (at >= text_.size()) return text_.size();
    const char c = text_[at];
    if (c == '\n') return at + 1;
    if (c == '\\') {
      std::size_t escaped = at;
      while (escaped < text_.size() && text_[escaped] == '\\')
        ++escaped;
      if (stands_at(text_, escaped, "n")) return escaped + 1;
      at = stands_at(text_, escaped, "r") ? escaped + 1 : escaped;
    } else if (c == '\x1b') {
      const std::size_t end = skip_control_sequence(text_, at);
      if (end == at) return 0;
      at = end;
    } else if (k_suffix.contains(c)) {
      ++at;
      if (element_end(at) != 0) return at;
    } else {
      return 0;
    }
  }
  return 0;
}

// An escape or a colour code in front of the letters ends with letters that
// are not of the run.
std::size_t letter_text::without_escape(std::size_t first,
                                        std::size_t limit) const noexcept {
  std::size_t code = first;
  const std::size_t code_limit = first - std::min<std::size_t>(first, 32);
  while (code > code_limit &&
         (is_digit(text_[code - 1]) || text_[code - 1] == ';' ||
          text_[code - 1] == '?'))
    --code;
  if (code > 1 && text_[code - 1] == '[') {
    const std::string_view before = text_.substr(0, code - 1);
    if (before.ends_with('\x1b') || before.ends_with("\\u001b") ||
        before.ends_with("\\u001B") || before.ends_with("\\x1b") ||
        before.ends_with("\\x1B") || before.ends_with("\\033") ||
        before.ends_with("\\e")) {
      std::size_t end = first;
      while (end < limit && (is_digit(text_[end]) || text_[end] == ';'))
        ++end;
      if (end < limit && !is_digit(text_[end])) return end + 1;
    }
  }
  if (first == 0) return first;
  std::size_t end = first;
  if (text_[first - 1] == '\\') {
    end = std::max(first, first - 1 + escape_size(text_, first - 1));
  } else if (text_[first - 1] == '%' && hex_number(text_, first, 2)) {
    end = first + 2;
  }
  return end <= limit ? end : first;
}

// Does a line that goes on with this one, or that this one goes on with, begin
// with the same sign? Then it is a patch's, as a log shows it.
bool letter_text::has_sign(const letter_line& line) const noexcept {
  const char sign = text_[line.first];
  if (!is_sign(sign)) return false;
  const std::size_t column = line.first - line.begin;
  if (line.next != 0 && line.next + column < text_.size() &&
      text_[line.next + column] == sign) {
    return true;
  }
  if (line.begin == 0 || text_[line.begin - 1] != '\n') return false;
  const std::size_t before = line_begin(line.begin - 1);
  return before + column < line.begin && text_[before + column] == sign;
}

letter_line letter_text::line_at(std::size_t at,
                                 text_range within) const noexcept {
  letter_line line{};
  line.first = without_escape(letters_begin(at, within.begin), at);
  line.begin = line_begin(line.first);
  const stretch behind = letters_at(at, std::min(within.end, text_.size()));
  line.last = behind.end;
  line.next = line_end_behind(line.last);
  const bool sign =
      form_ == line_form::patch ? line.first == line.begin : has_sign(line);
  if (sign && line.first < at) ++line.first;
  line.letters = count(line.first, at) + behind.letters;
  work_.spend(k_any_line_work + k_prefix_work * (line.first - line.begin));
  return line;
}

// Where the letters of the line that begins at `begin` begin if it has the
// prefix of `line`, numbers in it aside, or the first part of that.
std::size_t letter_text::behind_prefix(const letter_line& line,
                                       std::size_t begin) const noexcept {
  const auto skip = [this](std::size_t at, std::size_t end, auto in_class) {
    while (at < end && in_class(text_[at]))
      ++at;
    return at;
  };
  const std::size_t end = std::min(text_.size(), begin + k_max_prefix);
  std::size_t known = line.begin;
  std::size_t at = begin;
  std::size_t behind = begin;
  if (form_ == line_form::patch && known < line.first && at < end) {
    if (text_[known] != text_[at]) return text_.size();
    ++known;
    behind = ++at;
  }
  static constexpr byte_set k_varying(" \t\\0123456789");
  while (known < line.first && at < end) {
    if (text_[known] == text_[at] && !k_varying.contains(text_[at])) {
      const bool sign = known == line.begin && is_sign(text_[at]);
      if (sign || value_of(text_[at]) == alphabet::k_none ||
          known + 1 == line.first)
        behind = at + 1;
      ++known;
      ++at;
      continue;
    }
    if (text_[known] == '\\' && text_[at] == '\\') {
      const std::size_t escape = escape_size(text_, known);
      if (const std::size_t other = escape_size(text_, at); escape && other) {
        known += escape;
        behind = at += other;
        continue;
      }
    }
    // A number may be padded with blanks.
    const std::size_t number = skip(known, line.first, is_blank);
    const std::size_t other = skip(at, end, is_blank);
    if ((known == number || at == other) && number < line.first &&
        other < end && is_digit(text_[number]) && is_digit(text_[other])) {
      known = skip(number, line.first, is_digit);
      at = skip(other, end, is_digit);
    } else if (is_blank(text_[known]) && is_blank(text_[at])) {
      known = skip(known, line.first, is_blank);
      at = skip(at, end, is_blank);
    } else if (text_[known] == text_[at]) {
      ++known;
      ++at;
    } else {
      break;
    }
    if (value_of(text_[at - 1]) == alphabet::k_none || known == line.first)
      behind = at;
  }
  while (behind < end) {
    std::size_t code = skip_control_sequence(text_, behind);
    if (code == behind) code += escape_size(text_, behind);
    if (code == behind && !is_decoration(text_[behind])) break;
    behind = std::max(code, behind + 1);
  }
  return behind;
}

// Does a bracket or the like stand in front of it that `other` has none of?
bool letter_text::is_bracketed(const letter_line& line,
                               const letter_line& other) const noexcept {
  static constexpr byte_set k_brackets("[({<#*");
  if (line.first == line.begin) return false;
  const char before = text_[line.first - 1];
  const bool same =
      other.first > other.begin && text_[other.first - 1] == before;
  return k_brackets.contains(before) && !same;
}

// Do the letters that end at `at` stand in a sentence?
bool letter_text::is_in_sentence(std::size_t at) const noexcept {
  static constexpr byte_set k_punctuation(".!?:");
  const std::string_view behind = text_.substr(at, 2);
  if (behind.starts_with(' ')) return behind.size() > 1 && is_alnum(behind[1]);
  return !behind.empty() && k_punctuation.contains(behind[0]);
}

// Of encoded letters some are digits or capitals.
bool letter_text::is_prose(const letter_line& line) const noexcept {
  constexpr std::size_t k_longest = 32;
  if (line.letters > k_longest) return false;
  const std::string_view letters =
      text_.substr(line.first, line.last - line.first);
  return std::ranges::all_of(letters.substr(1), is_lower);
}

// Is it a value that is no base64: a UUID, a checksum in hex, a token?
bool letter_text::is_other_value(const letter_line& line) const noexcept {
  constexpr std::size_t k_shortest = 32;
  constexpr std::size_t k_longest = 64;
  if (letters_.bits == 4 || line.letters < k_shortest ||
      line.letters > k_longest) {
    return false;
  }
  const std::string_view letters =
      text_.substr(line.first, line.last - line.first);
  return std::ranges::all_of(letters,
                             [](char c) { return is_hex(c) || c == '-'; }) ||
         (letters.size() == k_granular_size && is_granular_form(letters, 0));
}

bool letter_text::goes_on(const letter_line& a,
                          const letter_line& b) const noexcept {
  if (a.letters < k_min_column || a.letters > k_max_column ||
      is_other_value(a)) {
    return false;
  }
  // The first line of a text may be cut.
  return b.letters <= a.letters || (a.first == 0 && !is_prose(a)) ||
         (a.letters >= k_min_first && b.last - b.begin <= a.last - a.begin);
}

std::optional<letter_line> letter_text::next(
    const letter_line& line) const noexcept {
  if (memory_ == nullptr) return find_next(line);
  return memory_->next.of(line, [&] { return find_next(line); });
}

std::optional<letter_line> letter_text::previous(
    const letter_line& line) const noexcept {
  if (memory_ == nullptr) return find_previous(line);
  return memory_->previous.of(line, [&] { return find_previous(line); });
}

std::optional<letter_line> letter_text::find_next(
    const letter_line& line) const noexcept {
  if (line.next == 0 || line.last - line.first > 2 * k_max_column ||
      work_.is_spent()) {
    return std::nullopt;
  }
  letter_line found{.begin = line.next,
                    .first = behind_prefix(line, line.next),
                    .last = 0,
                    .next = 0,
                    .letters = 0};
  const std::size_t limit = std::min(
      text_.size(), found.first + (line.last - line.begin) + k_max_prefix);
  const stretch letters = letters_at(found.first, limit);
  found.last = letters.end;
  found.letters = letters.letters;
  work_.spend(k_line_work + k_prefix_work * (found.first - found.begin));
  if (found.last == found.first ||
      (found.last == limit && limit != text_.size())) {
    return std::nullopt;
  }
  found.next = line_end_behind(found.last);
  if (!goes_on(line, found)) return std::nullopt;
  // A last line may be short; a word that begins a sentence or stands in
  // brackets is none. Of a piece the prefixes are not known.
  if (form_ != line_form::piece && found.letters < line.letters &&
      is_prose(found) &&
      (is_bracketed(found, line) ||
       (found.next == 0 && is_in_sentence(found.last))))
    return std::nullopt;
  return found;
}

std::optional<letter_line> letter_text::find_previous(
    const letter_line& line) const noexcept {
  std::size_t end = line.begin;
  if (end > 0 && text_[end - 1] == '\n') {
    --end;
  } else if (end > 1 && text_[end - 1] == 'n' && text_[end - 2] == '\\') {
    end -= 2;
  } else {
    end = element_end(line.begin);
    if (end == 0) return std::nullopt;
  }
  // Back over the end of the line to its last letter.
  const std::size_t limit = end - std::min(end, k_max_suffix * 4);
  letter_line found{};
  for (std::size_t at = end; at > limit; --at) {
    if (letter_size(at - 1) == 0) continue;
    if (line_end_behind(at) != line.begin) continue;
    found =
        line_at(at - 1, {at - std::min(at, 3 * k_max_column), text_.size()});
    // What stands behind the letters may end with some: a colour, a plus.
    if (found.last == at && found.letters >= k_min_column) break;
    found = {};
  }
  if (found.last == 0 || found.next != line.begin) return std::nullopt;
  const auto again = next(found);
  if (!again || again->first != line.first) return std::nullopt;
  // Only the last line of a block is short; a word of the line behind may seem
  // to go on with it.
  const auto behind = next(line);
  if (behind && behind->next != 0 && line.letters < found.letters) {
    return std::nullopt;
  }
  return found;
}

}  // namespace tokensieve
