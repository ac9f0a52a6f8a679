#include "detectors/units.h"

#include "detectors/bytes.h"
#include "detectors/control_sequence.h"
#include "detectors/hex_digits.h"

#include <algorithm>
#include <array>

namespace tokensieve {
namespace {

constexpr std::size_t k_max_backslashes = 8;

// What it takes, in bytes, to read a unit, to look for more letters behind it,
// and for a name around it.
constexpr std::size_t k_unit_work = 40;
constexpr std::size_t k_letters_work = 64;
constexpr std::size_t k_name_work = 256;

struct entity {
  std::string_view name;  ///< behind the ampersand
  char meant;
};
// Those that may stand in a token, around its name, or in a registry.
constexpr std::array<entity, 23> k_entities{{
    {"lowbar;", '_'}, {"UnderBar;", '_'}, {"quot;", '"'},  {"QUOT;", '"'},
    {"apos;", '\''},  {"amp;", '&'},      {"AMP;", '&'},   {"lt;", '<'},
    {"gt;", '>'},     {"equals;", '='},   {"colon;", ':'}, {"sol;", '/'},
    {"bsol;", '\\'},  {"period;", '.'},   {"grave;", '`'}, {"commat;", '@'},
    {"lcub;", '{'},   {"rcub;", '}'},     {"num;", '#'},   {"nbsp;", ' '},
    {"Tab;", '\t'},   {"NewLine;", '\n'}, {"plus;", '+'},
}};

unit byte_of(std::size_t size, std::uint32_t code) noexcept {
  return {size, unit::meaning::byte, code};
}
unit character_of(std::size_t size, std::uint32_t code) noexcept {
  return {size, unit::meaning::character, code};
}

unit numeric_entity(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_max_digits = 8;
  const bool hex = stands_at(text, at + 2, "x") || stands_at(text, at + 2, "X");
  const std::size_t first = at + (hex ? 3 : 2);
  std::size_t end = first;
  std::uint32_t code = 0;
  while (end < text.size() && end < first + k_max_digits &&
         (hex ? is_hex(text[end]) : is_digit(text[end]))) {
    code = code * (hex ? 16 : 10) + hex_value(text[end]);
    ++end;
  }
  if (end == first || !stands_at(text, end, ";") || code > 0x10ffff) return {};
  return character_of(end + 1 - at, code);
}

unit in_braces(std::string_view text, std::size_t at) noexcept {
  if (!stands_at(text, at, "{")) return {};
  for (std::size_t size = 1; size <= 6; ++size) {
    const auto code = hex_number(text, at + 1, size);
    if (!code) return {};
    if (stands_at(text, at + 1 + size, "}"))
      return character_of(size + 3, *code);
  }
  return {};
}

unit octal_or_named(std::string_view text, std::size_t at) noexcept {
  const auto octal = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '7';
  };
  const char c = text[at];
  if (c >= '0' && c <= '3' && octal(at + 1) && octal(at + 2)) {
    const auto digit = [&](std::size_t i) {
      return static_cast<std::uint32_t>(text[i] - '0');
    };
    return byte_of(3, digit(at) << 6 | digit(at + 1) << 3 | digit(at + 2));
  }
  constexpr std::string_view k_names = "ntreE\"'`/=:";
  constexpr std::string_view k_meant = "\n\t\r\x1b\x1b\"'`/=:";
  const std::size_t name = k_names.find(c);
  if (name == k_names.npos) return {};
  return byte_of(1, static_cast<std::uint32_t>(k_meant[name]));
}

unit behind_backslash(std::string_view text, std::size_t at) noexcept {
  const auto digits = [&](std::size_t size) {
    return hex_number(text, at + 1, size);
  };
  switch (text[at]) {
    case 'u':
      if (const auto code = digits(4)) return character_of(5, *code);
      return in_braces(text, at + 1);
    case 'U':
      if (const auto code = digits(8)) return character_of(9, *code);
      return {};
    case 'x':
      if (const auto code = digits(2)) return byte_of(3, *code);
      return in_braces(text, at + 1);
    default:
      return octal_or_named(text, at);
  }
}

// An encoding whose units may stand for letters, and how many of them, with at
// most `gap` bytes between two, are no accident.
struct letter_notation {
  token_encoding encoding;
  char lead;  ///< of each unit
  unit (*decode)(std::string_view, std::size_t) noexcept;
  std::size_t enough;
  std::size_t gap;

  [[nodiscard]] unit unit_at(std::string_view text,
                             std::size_t at) const noexcept {
    return text[at] == lead ? decode(text, at) : unit{};
  }
};
constexpr letter_notation k_percent{token_encoding::percent, '%', percent_unit,
                                    2, 16};
constexpr letter_notation k_html{token_encoding::html, '&', html_unit, 1, 0};
constexpr letter_notation k_escape{token_encoding::escape, '\\', escape_unit, 2,
                                   12};
constexpr letter_notation k_quoted_printable{token_encoding::quoted_printable,
                                             '=', quoted_printable_unit, 4, 0};

// A byte that nobody need encode.
bool is_letter(const unit& one) noexcept {
  if (one.size == 0 || one.what == unit::meaning::nothing || one.code >= 0x80)
    return false;
  const char c = static_cast<char>(one.code);
  return is_word(c) || c == '-' || c == '.';
}

// The end of the first `enough` letters, the first of which ends at `end`.
bool are_enough(std::string_view text, std::size_t end,
                const letter_notation& how) noexcept {
  std::size_t found = 1;
  std::size_t limit = end + how.gap;
  for (std::size_t at = end;
       found < how.enough && at <= limit && at < text.size();) {
    const unit next = how.unit_at(text, at);
    if (is_letter(next)) {
      ++found;
      limit = at + next.size + how.gap;
    }
    at += std::max<std::size_t>(next.size, 1);
  }
  return found >= how.enough;
}

// May a name be broken between these two letters? A digit may be the end of a
// unit.
bool may_break_a_name(char before, char behind) noexcept {
  constexpr std::string_view k_names = "npm_token";
  const char pair[] = {to_lower(before), to_lower(behind)};
  const std::size_t at = k_names.find(std::string_view(pair, 2));
  return at != k_names.npos || is_hex(before);
}

// Does the unit at `at` belong to what reads `npm_` or, in either case,
// `token`, or `npmtoken.`?
bool make_a_name(std::string_view text, std::size_t at,
                 const letter_notation& how) noexcept {
  constexpr std::size_t k_reach = 48;
  constexpr std::size_t k_longest_name = 5;
  std::array<char, 2 * k_reach> plain;
  std::size_t size = 0;
  std::size_t here = 0;
  const std::size_t end = std::min(text.size(), at + k_reach);
  for (std::size_t i = at - std::min(at, k_reach); i < end;) {
    if (i <= at) here = size;
    const unit next = how.unit_at(text, i);
    if (next.size == 0) {
      plain[size++] = to_lower(text[i]);
    } else if (next.what != unit::meaning::nothing && next.code < 0x80) {
      plain[size++] = to_lower(static_cast<char>(next.code));
    }
    i += std::max<std::size_t>(next.size, 1);
    if (i > at && size >= here + k_longest_name) break;
  }
  const std::string_view read(plain.data(), size);
  for (const std::string_view name : {"npm_", "token", "npmtoken."}) {
    const std::size_t begin = here - std::min(here, name.size() - 1);
    if (read.substr(begin, here - begin + name.size()).contains(name))
      return true;
  }
  return false;
}

// Is it the first group of a UUID, which may be cut? Behind a sign that is a
// value.
bool begins_uuid(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_first_group = 8;
  return stands_at(text, at + k_first_group, "-") &&
         std::ranges::all_of(text.substr(at, k_first_group), is_hex);
}

}  // namespace

unit percent_unit(std::string_view text, std::size_t at) noexcept {
  if (text[at] != '%') return {};
  const auto code = hex_number(text, at + 1, 2);
  return code ? byte_of(3, *code) : unit{};
}

unit quoted_printable_unit(std::string_view text, std::size_t at) noexcept {
  if (text[at] != '=') return {};
  if (const auto code = hex_number(text, at + 1, 2)) {
    return begins_uuid(text, at + 1) ? unit{} : byte_of(3, *code);
  }
  // A soft line break, as it is or in the notation of a string.
  std::size_t end = at + 1;
  while (end < text.size() && end < at + 8 && is_blank(text[end]))
    ++end;
  static constexpr byte_set k_line_ends("\r\n\\");
  if (end == text.size() || !k_line_ends.contains(text[end])) return {};
  static constexpr std::string_view k_returns[]{"\r", "\\r", "\\u000d",
                                                "\\u000D"};
  for (const std::string_view form : k_returns) {
    if (!stands_at(text, end, form)) continue;
    end += form.size();
    break;
  }
  static constexpr std::string_view k_feeds[]{"\n", "\\n", "\\u000a",
                                              "\\u000A"};
  for (const std::string_view form : k_feeds) {
    if (stands_at(text, end, form)) return {end + form.size() - at};
  }
  return {};
}

unit html_unit(std::string_view text, std::size_t at) noexcept {
  if (text[at] != '&') return {};
  if (stands_at(text, at + 1, "#")) return numeric_entity(text, at);
  for (const entity& known : k_entities) {
    if (stands_at(text, at + 1, known.name)) {
      return byte_of(known.name.size() + 1,
                     static_cast<std::uint32_t>(known.meant));
    }
  }
  return {};
}

unit escape_unit(std::string_view text, std::size_t at) noexcept {
  if (text[at] != '\\' || (at > 0 && text[at - 1] == '\\')) return {};
  std::size_t end = at;
  while (end < text.size() && text[end] == '\\')
    ++end;
  if (end == text.size() || end - at > k_max_backslashes) return {};
  const unit found = behind_backslash(text, end);
  return found.size == 0 ? unit{}
                         : unit{found.size + end - at, found.what, found.code};
}

unit terminal_unit(std::string_view text, std::size_t at) noexcept {
  // A carriage return alone goes back to redraw the line.
  if (text[at] == '\r' && !stands_at(text, at + 1, "\n")) return {1};
  return {skip_control_sequence(text, at) - at};
}

token_encoding encoding_of_lead(char lead) noexcept {
  switch (lead) {
    case '%':
      return token_encoding::percent;
    case '&':
      return token_encoding::html;
    case '=':
      return token_encoding::quoted_printable;
    default:
      return token_encoding::escape;
  }
}

std::optional<encoded_letters> encoded_letters_at(std::string_view text,
                                                  std::size_t at,
                                                  work_budget& work) noexcept {
  const letter_notation* how = nullptr;
  switch (text[at]) {
    case '%':
      how = &k_percent;
      break;
    case '=':
      how = &k_quoted_printable;
      break;
    case '&':
      how = &k_html;
      break;
    case '\\':
      how = &k_escape;
      while (at > 0 && text[at - 1] == '\\')
        --at;
      break;
    default:
      return std::nullopt;
  }
  const unit first = how->unit_at(text, at);
  if (first.size == 0) return std::nullopt;
  work.spend(k_unit_work);
  const bool letter = is_letter(first);
  const std::size_t end = at + first.size;
  // A soft line break matters between letters.
  const bool breaks = first.what == unit::meaning::nothing && at > 0 &&
                      is_word(text[at - 1]) && end < text.size() &&
                      is_word(text[end]) &&
                      may_break_a_name(text[at - 1], text[end]);
  if (!letter && !breaks) return std::nullopt;
  work.spend(k_letters_work);
  const bool enough = letter && are_enough(text, end, *how);
  if (enough) return encoded_letters{how->encoding, at, end};
  static constexpr byte_set k_of_names("npm_tokeNPMTOKE.");
  if (letter && !k_of_names.contains(static_cast<char>(first.code)))
    return std::nullopt;
  work.spend(k_name_work);
  if (!make_a_name(text, at, *how)) return std::nullopt;
  return encoded_letters{how->encoding, at, end};
}

}  // namespace tokensieve
