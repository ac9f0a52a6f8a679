#pragma once

#include "detectors/bytes.h"

#include <cstddef>
#include <cstring>
#include <string_view>

namespace tokensieve {

namespace raw_escapes {

inline constexpr std::size_t k_size = 6;

// `escape_may_hide` where a glance does not do.
[[nodiscard]] bool may_hide(std::string_view raw, std::size_t at) noexcept;

// Of `npm_`, what may stand in front of an interruption.
inline bool stands_behind_prefix(std::string_view raw,
                                 std::size_t at) noexcept {
  const auto before = [&](std::size_t by) {
    return at < by ? '\0' : raw[at - by];
  };
  switch (before(1)) {
    case 'n':
      return true;
    case 'p':
      return before(2) == 'n';
    case 'm':
      return before(2) == 'p' && before(3) == 'n';
    default:
      return false;
  }
}

// Is there the escape of a control character with nothing in front that it
// could interrupt? Colours and tabs are most escapes that logs have.
inline bool hides_nothing(std::string_view raw, std::size_t at) noexcept {
  if (at == 0 || raw.size() - at < k_size) return false;
  const char* const escape = raw.data() + at;
  if (std::memcmp(escape, "\\u00", 4) != 0) return false;
  if (escape[4] != '0' && escape[4] != '1') return false;
  if (escape[4] == '0' && escape[5] == '0') return !is_alnum(escape[-1]);
  return !stands_behind_prefix(raw, at);
}

}  // namespace raw_escapes

/// May the escape of a JSON string at `at` hide what the signatures and the
/// decoders look for? A letter or a digit, which no JSON writer escapes; the
/// blank, the full stop and the signs that stand in fixed texts and in control
/// sequences; the ampersand of an HTML entity and the sign of quoted-printable,
/// which some writers do escape; a control sequence within `npm_`; the zeros of
/// UTF-16. Over raw bytes, in which `\uXXXX` is looked at and nothing else.
/// REQUIRES: at < raw.size()
[[nodiscard]] inline bool escape_may_hide(std::string_view raw,
                                          std::size_t at) noexcept {
  return raw[at] == '\\' && !raw_escapes::hides_nothing(raw, at) &&
         raw_escapes::may_hide(raw, at);
}

}  // namespace tokensieve
