#include "tests/detectors/reference_layers.h"

#include "tests/detectors/reference_runs.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace tokensieve::reference {
namespace {

// No token fills fewer bytes.
constexpr std::size_t k_least = 40;

const std::string k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const std::string k_hex = "0123456789abcdef";

int base64_value(char c) {
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  const std::size_t value = k_base64.find(c);
  return value == std::string::npos ? -1 : static_cast<int>(value);
}

int hex_value(char c) {
  if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  const std::size_t value = k_hex.find(c);
  return value == std::string::npos ? -1 : static_cast<int>(value);
}

// Each run of letters from each of its first letters on.
void add_letters(std::string_view text, const std::string& encoding,
                 int (*value_of)(char), std::size_t bits, std::size_t group,
                 std::vector<layer>& all) {
  for (const run& one : runs_of(text, value_of, k_least * 8 / bits)) {
    for (std::size_t first = 0; first < group; ++first) {
      layer read{encoding, {}, {}};
      std::uint32_t value = 0;
      std::size_t known = 0;
      for (std::size_t i = first; i < one.letters.size(); ++i) {
        value = value << bits |
                static_cast<std::uint32_t>(value_of(one.letters[i]));
        known += bits;
        if (known < 8) continue;
        known -= 8;
        read.text += static_cast<char>(value >> known & 0xff);
        read.origins.push_back({one.begin, one.end, one.begin});
      }
      all.push_back(std::move(read));
    }
  }
}

// An encoded byte: how many bytes it fills and what they stand for.
struct unit {
  std::size_t size;
  std::string meaning;
};
using unit_reader =
    std::function<std::optional<unit>(std::string_view text, std::size_t at)>;

// All units replaced by what they stand for, the rest as it is. Each begins
// with one of `signs`.
void add_units(std::string_view text, const std::string& encoding,
               std::string_view signs, const unit_reader& read_unit,
               std::vector<layer>& all) {
  if (text.find_first_of(signs) == text.npos) return;
  layer read{encoding, {}, {}};
  bool changed = false;
  std::size_t run = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto found = read_unit(text, at);
    const std::string meaning = found ? found->meaning : std::string{text[at]};
    const std::size_t end = at + (found ? found->size : 1);
    if (!found) run = at;
    for (const char c : meaning) {
      read.text += c;
      read.origins.push_back({at, end, run});
    }
    changed = changed || found;
    if (!found) run = end;
    at = end;
  }
  if (changed) all.push_back(std::move(read));
}

// The number that `size` digits at `at` make.
std::optional<std::uint32_t> number(std::string_view text, std::size_t at,
                                    std::size_t size, int base) {
  if (size == 0 || at + size > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = at; i < at + size; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0 || digit >= base) return std::nullopt;
    value = value * static_cast<std::uint32_t>(base) +
            static_cast<std::uint32_t>(digit);
  }
  return value;
}

std::string utf8(std::uint32_t code) {
  const auto byte = [](std::uint32_t value) {
    return static_cast<char>(value & 0xff);
  };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), byte(0x80 | (code & 0x3f))};
  if (code < 0x10000) {
    return {byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 0x3f)),
            byte(0x80 | (code & 0x3f))};
  }
  return {byte(0xf0 | (code >> 18 & 7)), byte(0x80 | (code >> 12 & 0x3f)),
          byte(0x80 | (code >> 6 & 0x3f)), byte(0x80 | (code & 0x3f))};
}

std::optional<unit> percent(std::string_view text, std::size_t at) {
  if (text[at] != '%') return std::nullopt;
  const auto byte = number(text, at + 1, 2, 16);
  if (!byte) return std::nullopt;
  return unit{3, std::string{static_cast<char>(*byte)}};
}

std::optional<unit> quoted_printable(std::string_view text, std::size_t at) {
  if (text[at] != '=') return std::nullopt;
  if (const auto byte = number(text, at + 1, 2, 16)) {
    return unit{3, std::string{static_cast<char>(*byte)}};
  }
  for (const std::string_view end : {"=\n", "=\r\n"}) {
    if (text.substr(at).starts_with(end)) return unit{end.size(), {}};
  }
  return std::nullopt;
}

std::optional<unit> html(std::string_view text, std::size_t at) {
  static const std::map<std::string, std::string> k_names = {
      {"lowbar", "_"}, {"UnderBar", "_"}, {"quot", "\""}, {"QUOT", "\""},
      {"apos", "'"},   {"amp", "&"},      {"AMP", "&"},   {"lt", "<"},
      {"gt", ">"},     {"equals", "="},   {"colon", ":"}, {"sol", "/"},
      {"bsol", "\\"},  {"period", "."},   {"grave", "`"}, {"commat", "@"},
      {"lcub", "{"},   {"rcub", "}"},     {"num", "#"},   {"nbsp", " "},
      {"Tab", "\t"},   {"NewLine", "\n"}, {"plus", "+"}};
  const std::size_t end = text.find(';', at);
  if (text[at] != '&' || end == text.npos) return std::nullopt;
  const std::string name(text.substr(at + 1, end - at - 1));
  const std::size_t size = end + 1 - at;
  if (k_names.contains(name)) return unit{size, k_names.at(name)};
  if (!name.starts_with('#') || name.size() > 10) return std::nullopt;
  const bool hex = name.starts_with("#x") || name.starts_with("#X");
  const std::size_t digits = hex ? 2 : 1;
  const auto code = number(name, digits, name.size() - digits, hex ? 16 : 10);
  if (!code || *code > 0x10ffff) return std::nullopt;
  return unit{size, utf8(*code)};
}

// Of `\u006e` and its like, what stands behind the backslashes.
std::optional<unit> behind_backslash(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  const char kind = text[at];
  if (kind == 'u') {
    if (const auto code = number(text, at + 1, 4, 16))
      return unit{5, utf8(*code)};
  }
  if (kind == 'U') {
    if (const auto code = number(text, at + 1, 8, 16))
      return unit{9, utf8(*code)};
  }
  if (kind == 'x') {
    if (const auto code = number(text, at + 1, 2, 16))
      return unit{3, std::string{static_cast<char>(*code)}};
  }
  if ((kind == 'u' || kind == 'x') && text.substr(at + 1).starts_with('{')) {
    const std::size_t end = text.find('}', at);
    if (end == text.npos || end > at + 8) return std::nullopt;
    const auto code = number(text, at + 2, end - at - 2, 16);
    return code ? std::optional(unit{end + 1 - at, utf8(*code)}) : std::nullopt;
  }
  if (const auto code = number(text, at, 3, 8); code && *code < 256) {
    return unit{3, std::string{static_cast<char>(*code)}};
  }
  static const std::map<char, std::string> k_names = {
      {'n', "\n"},   {'t', "\t"}, {'r', "\r"}, {'e', "\x1b"},
      {'E', "\x1b"}, {'"', "\""}, {'\'', "'"}, {'`', "`"},
      {'/', "/"},    {'=', "="},  {':', ":"}};
  if (k_names.contains(kind)) return unit{1, k_names.at(kind)};
  return std::nullopt;
}

std::optional<unit> escape(std::string_view text, std::size_t at) {
  if (text[at] != '\\' || (at > 0 && text[at - 1] == '\\')) return std::nullopt;
  std::size_t slashes = 0;
  while (at + slashes < text.size() && text[at + slashes] == '\\')
    ++slashes;
  auto found = behind_backslash(text, at + slashes);
  if (!found || slashes > 8) return std::nullopt;
  found->size += slashes;
  return found;
}

std::optional<unit> terminal(std::string_view text, std::size_t at) {
  if (text[at] == '\r' && text.substr(at, 2) != "\r\n") return unit{1, {}};
  const std::size_t size = control_sequence_size(text, at);
  return size > 0 ? std::optional(unit{size, {}}) : std::nullopt;
}

// From both of the first bytes on. A text ends at a character over 255.
void add_utf16(std::string_view text, bool big, std::vector<layer>& all) {
  for (std::size_t first = 0; first < 2; ++first) {
    std::string read;
    for (std::size_t at = first; at < text.size() + 2; at += 2) {
      const bool whole = at + 1 < text.size();
      const char low = whole ? text[big ? at + 1 : at] : '\0';
      const char high = whole ? text[big ? at : at + 1] : '\xff';
      if (high == '\0' && low != '\0') {
        read += low;
        continue;
      }
      const std::size_t begin = at - 2 * read.size();
      all.push_back({big ? "utf-16be" : "utf-16le", read,
                     std::vector<origin>(read.size(), {begin, at, begin})});
      read.clear();
    }
  }
}

// A stream that begins at `at`, as much of it as there is.
std::string inflated(std::string_view text, std::size_t at, int window_bits) {
  z_stream stream{};
  if (inflateInit2(&stream, window_bits) != Z_OK) return {};
  std::string in(text.substr(at));
  std::string out(std::size_t{1} << 16, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_SYNC_FLUSH);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return out;
}

void add_compressed(std::string_view text, std::vector<layer>& all) {
  const auto add = [&](const char* encoding, std::size_t at, int window_bits) {
    layer read{encoding, inflated(text, at, window_bits), {}};
    read.origins.assign(read.text.size(), {at, text.size(), at});
    all.push_back(std::move(read));
  };
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const auto byte = [&](std::size_t i) {
      return static_cast<unsigned char>(text[at + i]);
    };
    if (text.substr(at).starts_with("\x1f\x8b\x08")) add("gzip", at, 31);
    if (byte(0) == 0x78 && (byte(0) * 256 + byte(1)) % 31 == 0)
      add("zlib", at, 15);
  }
}

}  // namespace

std::vector<layer> layers_of(std::string_view text) {
  std::vector<layer> all;
  add_letters(text, "base64", base64_value, 6, 4, all);
  add_letters(text, "hex", hex_value, 4, 2, all);
  add_units(text, "percent", "%", percent, all);
  add_units(text, "escape", "\\", escape, all);
  add_units(text, "html", "&", html, all);
  add_units(text, "quoted-printable", "=", quoted_printable, all);
  add_units(text, "terminal", "\x1b\r", terminal, all);
  if (text.find('\0') != text.npos) {
    add_utf16(text, false, all);
    add_utf16(text, true, all);
  }
  add_compressed(text, all);
  std::erase_if(all,
                [](const layer& one) { return one.text.size() < k_least; });
  return all;
}

}  // namespace tokensieve::reference
