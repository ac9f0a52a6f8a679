#include "detectors/separators.h"

#include "detectors/bytes.h"
#include "detectors/control_sequence.h"

#include <algorithm>

namespace tokensieve {
namespace {

constexpr std::size_t k_max_separators = 256;
constexpr std::string_view k_box_rule = "\xe2\x94\x82";  // U+2502

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

// `{"value":`, as a runner's memory shows a variable; its colon is left to
// the caller.
std::size_t skip_value_key(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view k_key = "value";
  if (at >= text.size() || text[at] != '{') return at;
  std::size_t end = skip_blanks_and_line_ends(text, at + 1);
  end = skip_quote(text, end);
  if (!stands_at(text, end, k_key)) return at;
  end = skip_quote(text, end + k_key.size());
  while (end < text.size() && is_blank(text[end]))
    ++end;
  return end < text.size() && text[end] == ':' ? end : at;
}

std::size_t skip_one(std::string_view text, std::size_t at,
                     bool table) noexcept {
  const char c = text[at];
  if (is_blank(c) || c == '=' || c == ':' || (table && c == '|')) return at + 1;
  if (c == '>') return text[at - 1] == '=' ? at + 1 : at;
  if (c == '\x1b') return skip_control_sequence(text, at);
  if (c == '{') return skip_value_key(text, at);
  if (table && stands_at(text, at, k_box_rule)) return at + k_box_rule.size();
  return skip_quote(text, at);
}

}  // namespace

std::size_t skip_separators(std::string_view text, std::size_t at,
                            bool table) noexcept {
  text = text.substr(0, std::min(text.size(), at + k_max_separators));
  while (at < text.size()) {
    const std::size_t end = skip_one(text, at, table);
    if (end == at) break;
    at = end;
  }
  return at;
}

}  // namespace tokensieve
