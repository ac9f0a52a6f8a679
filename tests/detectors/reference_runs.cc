#include "tests/detectors/reference_runs.h"

#include <algorithm>
#include <optional>

namespace tokensieve::reference {
namespace {

// Lines of fewer letters are not folded.
constexpr std::size_t k_least_column = 8;

struct piece {
  std::string letters;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t column = 0;
  bool to_line_end = false;
  bool goes_on_a_block = false;  ///< at the column of the line in front
};
using line = std::vector<piece>;

// The letter at `at`, and how many bytes it fills: more than one for a slash
// that JSON has escaped.
std::size_t letter_at(std::string_view text, std::size_t at,
                      int (*value_of)(char), char& letter) {
  std::size_t slash = at;
  while (slash < text.size() && text[slash] == '\\')
    ++slash;
  if (slash == text.size()) return 0;
  letter = text[slash];
  if (slash > at && letter != '/') return 0;
  return value_of(letter) >= 0 ? slash + 1 - at : 0;
}

// The size of an escape or a colour code at `at`, whose letters are no run's.
std::size_t no_letters(std::string_view text, std::size_t at) {
  if (std::string_view("\\%\x1b").find(text[at]) == text.npos) return 0;
  const auto are_hex = [&](std::size_t first, std::size_t size) {
    const std::string_view digits = text.substr(first, size);
    return digits.size() == size &&
           digits.find_first_not_of("0123456789abcdefABCDEF") == digits.npos;
  };
  const std::string_view kind = text.substr(at, 2);
  if (kind == "\\u" && are_hex(at + 2, 4)) return 6;
  if (kind == "\\x" && are_hex(at + 2, 2)) return 4;
  if (kind.starts_with('%') && are_hex(at + 1, 2)) return 3;
  for (const std::string_view name : {"\\n", "\\r", "\\t"}) {
    if (kind == name) return 2;
  }
  return control_sequence_size(text, at);
}

bool only_punctuation(std::string_view rest) {
  return rest.find_first_not_of("\r \t\"'`,;+)]") == rest.npos;
}

// The pieces of one line, which begins at `begin`. With `without_sign`,
// a `+` or `-` in front of letters, a patch's, is none of them.
line pieces_of(std::string_view text, std::size_t begin, std::size_t end,
               int (*value_of)(char), bool without_sign) {
  line all;
  for (std::size_t at = begin; at < end;) {
    if (const std::size_t size = no_letters(text, at)) {
      at += size;
      continue;
    }
    char letter = 0;
    if (letter_at(text, at, value_of, letter) == 0) {
      ++at;
      continue;
    }
    if (without_sign && (letter == '+' || letter == '-')) ++at;
    piece one{{}, at, at, at - begin, false};
    while (one.end < end) {
      const std::size_t size = letter_at(text, one.end, value_of, letter);
      if (size == 0) break;
      one.letters += letter;
      one.end += size;
    }
    at = one.end;
    one.to_line_end = only_punctuation(text.substr(at, end - at));
    if (!one.letters.empty()) all.push_back(one);
  }
  return all;
}

// Where in `next` the letters of `one` go on.
std::optional<std::size_t> goes_on(const piece& one, const line& next) {
  if (!one.to_line_end || one.letters.size() < k_least_column || next.empty())
    return std::nullopt;
  for (std::size_t i = 0; i < next.size(); ++i) {
    if (next[i].column == one.column) return i;
  }
  return 0;
}

void add_runs(std::string_view text, std::vector<line>& lines,
              std::size_t least, std::vector<run>& all) {
  const auto add = [&](const run& one) {
    if (one.letters.size() >= least) all.push_back(one);
  };
  for (std::size_t first = 0; first < lines.size(); ++first) {
    for (const piece& head : lines[first]) {
      if (head.goes_on_a_block) continue;
      run one{head.letters, head.begin, head.end};
      const piece* last = &head;
      for (std::size_t i = first + 1; i < lines.size(); ++i) {
        const auto next = goes_on(*last, lines[i]);
        if (!next) break;
        piece& found = lines[i][*next];
        // A line of another form than a block's need be none of it.
        const bool same_column = found.column == last->column;
        if (!same_column || !found.to_line_end) add(one);
        found.goes_on_a_block |= same_column;
        last = &found;
        one.letters += last->letters;
        one.end = last->end;
      }
      for (int padding = 0; padding < 2; ++padding) {
        if (one.end < text.size() && text[one.end] == '=') ++one.end;
      }
      add(one);
    }
  }
}

}  // namespace

std::vector<run> runs_of(std::string_view text, int (*value_of)(char),
                         std::size_t least) {
  std::vector<run> all;
  for (const bool without_sign : {false, true}) {
    std::vector<line> lines;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      lines.push_back(pieces_of(text, begin, end, value_of, without_sign));
      begin = end + 1;
    }
    add_runs(text, lines, least, all);
  }
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

std::size_t control_sequence_size(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at, 1024);
  if (rest.size() < 3 || rest[0] != '\x1b') return 0;
  if (rest[1] == '(' || rest[1] == ')') return 3;
  if (rest[1] == '[') {
    std::size_t end = 2;
    while (end < rest.size() && rest[end] >= 0x20 && rest[end] <= 0x3f)
      ++end;
    const bool final = end < rest.size() && rest[end] >= 0x40;
    return final && end < 32 ? end + 1 : 0;
  }
  if (rest[1] != ']') return 0;
  for (std::size_t i = 2; i < rest.size() && rest[i] != '\n'; ++i) {
    if (rest[i] == '\x07') return i + 1;
    if (rest[i] == '\x1b')
      return rest.substr(i).starts_with("\x1b\\") ? i + 2 : 0;
  }
  return 0;
}

}  // namespace tokensieve::reference
