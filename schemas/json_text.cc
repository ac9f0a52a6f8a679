#include "schemas/json_text.h"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace tokensieve {
namespace {

constexpr std::uint32_t k_replacement = 0xFFFD;

void append_code_point(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) {
    out.push_back(static_cast<char>(value));
  };
  const auto tail = [&](unsigned shift) {
    byte(0x80 | ((code >> shift) & 0x3F));
  };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    byte(0xE0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    byte(0xF0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The unit of a `\uXXXX` at the start of `text`.
std::optional<std::uint32_t> utf16_unit(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return {};
  std::uint32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    unit <<= 4;
    if (c >= '0' && c <= '9') {
      unit |= static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      unit |= static_cast<std::uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      unit |= static_cast<std::uint32_t>(c - 'A' + 10);
    } else {
      return {};
    }
  }
  return unit;
}

/// What `\c` stands for; 0 where it is no escape of one letter.
char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

/// Appends the character of the `\u` escape at the start of `text`; returns
/// its size there, 0 where it is none.
std::size_t append_unicode_escape(std::string& out, std::string_view text) {
  const auto unit = utf16_unit(text);
  if (!unit) return 0;
  const bool high = *unit >= 0xD800 && *unit < 0xDC00;
  const bool low = *unit >= 0xDC00 && *unit < 0xE000;
  if (high) {
    const auto second = utf16_unit(text.substr(6));
    if (second && *second >= 0xDC00 && *second < 0xE000) {
      append_code_point(out,
                        0x10000 + ((*unit - 0xD800) << 10) + *second - 0xDC00);
      return 12;
    }
  }
  append_code_point(out, high || low ? k_replacement : *unit);
  return 6;
}

/// Size of the well-formed UTF-8 sequence at the start of `text`. Where there
/// is none, 0, and `bad` is the size of what one U+FFFD replaces.
std::size_t utf8_sequence(std::string_view text, std::size_t& bad) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  bad = 1;
  std::size_t size = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (; bad < size; ++bad) {
    if (byte(bad) < low || byte(bad) > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return size;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_digits(std::string_view& text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits]))
    ++digits;
  text.remove_prefix(digits);
  return digits != 0;
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  if (zero) text.remove_prefix(1);
  if (!zero && !take_digits(text)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

}  // namespace

unescaped_text unescape_json(std::string_view raw, std::string& scratch) {
  std::size_t escape = raw.find('\\');
  if (escape == std::string_view::npos) return {raw, true};
  bool well_formed = true;
  scratch.clear();
  std::size_t copied = 0;
  while (escape != std::string_view::npos) {
    scratch.append(raw, copied, escape - copied);
    const char letter = escape + 1 < raw.size() ? raw[escape + 1] : '\0';
    std::size_t size = 2;
    if (const char plain = simple_escape(letter); plain != '\0') {
      scratch.push_back(plain);
    } else {
      size = append_unicode_escape(scratch, raw.substr(escape));
      if (size == 0) {
        well_formed = false;
        scratch.push_back('\\');
        size = 1;
      }
    }
    copied = escape + size;
    escape = raw.find('\\', copied);
  }
  scratch.append(raw, copied);
  return {scratch, well_formed};
}

bool is_json_scalar(std::string_view text) noexcept {
  return text == "true" || text == "false" || text == "null" || is_number(text);
}

void append_pointer_token(std::string& pointer, std::string_view key) {
  pointer.push_back('/');
  for (std::size_t begin = 0;;) {
    const std::size_t special = key.find_first_of("~/", begin);
    pointer.append(key, begin, special - begin);
    if (special == std::string_view::npos) return;
    pointer.append(key[special] == '~' ? "~0" : "~1");
    begin = special + 1;
  }
}

std::string_view take_pointer_token(std::string_view& pointer) noexcept {
  if (pointer.empty()) return {};
  const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
  const std::string_view token = pointer.substr(1, end - 1);
  pointer.remove_prefix(end);
  return token;
}

std::string last_pointer_token(std::string_view pointer) {
  std::string token;
  if (pointer.empty()) return token;
  pointer.remove_prefix(pointer.rfind('/') + 1);
  while (!pointer.empty()) {
    const bool slash = pointer.starts_with("~1");
    const bool escaped = slash || pointer.starts_with("~0");
    token += !escaped ? pointer.front() : slash ? '/' : '~';
    pointer.remove_prefix(escaped ? 2 : 1);
  }
  return token;
}

std::string as_utf8(std::string_view text) {
  if (simdjson::validate_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t bad = 0;
    if (const std::size_t good = utf8_sequence(text, bad); good != 0) {
      out.append(text, 0, good);
      text.remove_prefix(good);
    } else {
      append_code_point(out, k_replacement);
      text.remove_prefix(bad);
    }
  }
  return out;
}

}  // namespace tokensieve
