#include "detectors/separators.h"

#include "detectors/bytes.h"
#include "detectors/control_sequence.h"

#include <algorithm>

namespace tokensieve {
namespace {

constexpr std::size_t k_max_separators = 256;
constexpr std::string_view k_box_rule = "\xe2\x94\x82";  // U+2502

std::size_t skip_blanks(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view k_many = "        ";
  while (text.substr(std::min(at, text.size())).starts_with(k_many))
    at += k_many.size();
  while (at < text.size() && is_blank(text[at]))
    ++at;
  return at;
}

std::size_t skip_blanks_and_line_ends(std::string_view text,
                                      std::size_t at) noexcept {
  while (at < text.size() &&
         (is_blank(text[at]) || text[at] == '\r' || text[at] == '\n')) {
    ++at;
  }
  return at;
}

// A quote, or a quote that one or more layers of strings have escaped.
std::size_t skip_quote(std::string_view text, std::size_t at) noexcept {
  std::size_t quote = at;
  while (quote < text.size() && text[quote] == '\\')
    ++quote;
  return quote < text.size() && is_quote(text[quote]) ? quote + 1 : at;
}

// The key `value`; its colon or its sign is left to the caller.
std::size_t skip_value_key(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view k_key = "alue";
  std::size_t end = skip_quote(text, at);
  if (!stands_at(text, end, "v") && !stands_at(text, end, "V")) return at;
  if (!stands_at(text, end + 1, k_key)) return at;
  end = skip_blanks(text, skip_quote(text, end + 1 + k_key.size()));
  return stands_at(text, end, ":") || stands_at(text, end, "=") ? end : at;
}

// `{"value":`, as a runner's memory shows a variable.
std::size_t skip_object(std::string_view text, std::size_t at) noexcept {
  const std::size_t key = skip_blanks_and_line_ends(text, at + 1);
  const std::size_t end = skip_value_key(text, key);
  return end == key ? at : end;
}

// Behind what the line at `at` has in front as that of the name has: the time
// and the stage that a log writes, the sign of a patch, indentation.
std::size_t skip_line_prefix(std::string_view text, std::size_t name_end,
                             std::size_t at) noexcept {
  constexpr std::size_t k_max_line = 256;
  const std::size_t limit = name_end - std::min(name_end, k_max_line);
  std::size_t known = name_end;
  while (known > limit && text[known - 1] != '\n')
    --known;
  const auto skip_digits = [text](std::size_t i) {
    while (i < text.size() && is_digit(text[i]))
      ++i;
    return i;
  };
  const std::size_t begin = at;
  while (known < name_end && at < text.size()) {
    const bool digits = is_digit(text[known]) && is_digit(text[at]);
    if (!digits && text[known] != text[at]) break;
    known = digits ? skip_digits(known) : known + 1;
    at = digits ? skip_digits(at) : at + 1;
  }
  // A dash and one blank begin the next item of a list.
  const bool item = text.substr(begin, at - begin).ends_with("- ") &&
                    !stands_at(text, at, " ");
  return item ? begin : at;
}

// From a name that is a value itself, as in `"name":"NPM_TOKEN"`, to the key
// `value` beside it: over a comma, the end of the line, or both; in XML, over
// the blank in front of the key.
std::size_t skip_to_sibling(std::string_view text, std::size_t name_end,
                            std::size_t at) noexcept {
  std::size_t line = skip_blanks(text, text[at] == ',' ? at + 1 : at);
  if (stands_at(text, line, "\r")) ++line;
  const bool next = stands_at(text, line, "\n");
  if (next) ++line;
  std::size_t key = skip_blanks(text, line);
  std::size_t end = skip_value_key(text, key);
  if (end == key && next) {
    key = skip_blanks(text, skip_line_prefix(text, name_end, line));
    end = skip_value_key(text, key);
  }
  return end == key ? at : end;
}

// `"]` of `env["NPM_TOKEN"] = `, up to the sign.
std::size_t skip_subscript(std::string_view text, std::size_t at) noexcept {
  if (!is_quote(text[at - 1])) return at;
  const std::size_t end = skip_blanks(text, at + 1);
  return stands_at(text, end, "=") ? end : at;
}

// Is the name in front an element's, as in `<NPM_TOKEN>`?
bool ends_tag(std::string_view text, std::size_t at) noexcept {
  const std::size_t limit = at - std::min(at, k_max_separators);
  std::size_t begin = at;
  while (begin > limit && is_word(text[begin - 1]))
    --begin;
  return begin < at && ends_at(text, begin, "<");
}

std::size_t skip_one(std::string_view text, std::size_t at,
                     bool table) noexcept {
  const char c = text[at];
  if (c == '=' || c == ':' || (table && c == '|')) return at + 1;
  if (c == '>') return text[at - 1] == '=' || ends_tag(text, at) ? at + 1 : at;
  if (c == '-') return text[at - 1] == ':' ? at + 1 : at;  // ${NAME:-value}
  if (c == '\x1b') return skip_control_sequence(text, at);
  if (c == '{') return skip_object(text, at);
  if (c == ']') return skip_subscript(text, at);
  if (table && stands_at(text, at, k_box_rule)) return at + k_box_rule.size();
  return skip_quote(text, at);
}

}  // namespace

std::size_t skip_separators(std::string_view text, std::size_t at,
                            bool table) noexcept {
  static constexpr byte_set k_before_sibling(",\r\n");
  text = text.substr(0, std::min(text.size(), at + k_max_separators));
  const std::size_t name_end = at;
  bool assigned = false;  // its value begins here, and not beside it
  while (at < text.size()) {
    const char c = text[at];
    if (is_blank(c)) {
      at = skip_blanks(text, at + 1);
      continue;
    }
    std::size_t end = skip_one(text, at, table);
    const bool apart = k_before_sibling.contains(c) || is_blank(text[at - 1]);
    if (end == at && !assigned && apart)
      end = skip_to_sibling(text, name_end, at);
    if (end == at) break;
    assigned |= c == '=' || c == ':' || k_before_sibling.contains(c);
    at = end;
  }
  return at;
}

std::size_t skip_to_argument(std::string_view text, std::size_t at) noexcept {
  const std::size_t quote = skip_quote(text, at);
  const std::size_t comma = skip_blanks(text, quote);
  if (quote == at || !stands_at(text, comma, ",")) return at;
  const std::size_t next = skip_blanks_and_line_ends(text, comma + 1);
  const std::size_t end = skip_quote(text, next);
  return end == next ? at : end;
}

bool may_be_value_key(std::string_view raw, std::size_t at) noexcept {
  constexpr std::size_t k_max_between = 192;
  constexpr std::string_view k_between = " \t\r\n\\,nrt";
  const std::string_view behind = raw.substr(at, k_max_between);
  // Where a string ends, the key may follow in the next chunk.
  const std::size_t end = behind.find_first_not_of(k_between);
  return end == behind.npos || is_quote(behind[end]) || behind.contains("alue");
}

}  // namespace tokensieve
