#include "detectors/raw_escape.h"

#include "detectors/hex_digits.h"
#include "detectors/split_prefix.h"

namespace tokensieve {
namespace {

using raw_escapes::k_size;
using raw_escapes::stands_behind_prefix;

// What an escape of a character below U+0080 stands for; a negative number
// where none begins at `at`.
int escaped_at(std::string_view raw, std::size_t at) noexcept {
  if (raw.size() - at < k_size || raw[at] != '\\' || raw[at + 1] != 'u' ||
      raw[at + 2] != '0' || raw[at + 3] != '0' || !is_hex(raw[at + 5])) {
    return -1;
  }
  const char high = raw[at + 4];
  if (high < '0' || high > '7') return -1;
  return static_cast<int>(hex_value(high) << 4 | hex_value(raw[at + 5]));
}

// `=3D=6E`, or a soft line break within the prefix.
bool is_quoted_printable(std::string_view raw, std::size_t at) noexcept {
  const std::size_t end = at + k_size;
  if (raw.size() - end < 2) return false;
  if (raw[end] == '\\' && (raw[end + 1] == 'r' || raw[end + 1] == 'n'))
    return stands_behind_prefix(raw, at);
  if (raw[end] < '3' || raw[end] > '7' || !is_hex(raw[end + 1])) return false;
  const std::size_t next = end + 2;
  return next < raw.size() && escaped_at(raw, next) == '=' &&
         next + k_size < raw.size() && raw[next + k_size] >= '3' &&
         raw[next + k_size] <= '7';
}

// Letters of a token, or of what it is encoded in, with zeros between them.
bool is_utf16(std::string_view raw, std::size_t at) noexcept {
  constexpr std::size_t k_zeros = 7;
  if (at == 0 || !is_alnum(raw[at - 1])) return false;
  for (std::size_t i = 0; i < k_zeros; ++i, at += k_size + 1) {
    if (at >= raw.size() || escaped_at(raw, at) != 0 ||
        at + k_size >= raw.size() || !is_alnum(raw[at + k_size])) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool raw_escapes::may_hide(std::string_view raw, std::size_t at) noexcept {
  const int code = escaped_at(raw, at);
  switch (code) {
    case 0x00:
      return is_utf16(raw, at);
    case '\r':
    case 0x1b:
      return stands_behind_prefix(raw, at) && prefix_goes_on(raw, at + k_size);
    case '&':
      return stands_at(raw, at + k_size, "#") ||
             stands_at(raw, at + k_size, "lowbar") ||
             stands_at(raw, at + k_size, "UnderBar");
    case '=':
      return is_quoted_printable(raw, at);
    case ' ':
    case '.':
    case ':':
    case ';':
    case '?':
      return true;
    default:
      return code >= '@' || (code >= '0' && code <= '9');
  }
}

}  // namespace tokensieve
