#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// May the escape of a JSON string at `at` hide what the signatures and the
/// decoders look for? A letter or a digit, which no JSON writer escapes; the
/// blank, the full stop and the signs that stand in fixed texts and in control
/// sequences; the ampersand of an HTML entity and the sign of quoted-printable,
/// which some writers do escape; a control sequence within `npm_`; the zeros of
/// UTF-16. Over raw bytes, in which `\uXXXX` is looked at and nothing else.
[[nodiscard]] bool escape_may_hide(std::string_view raw,
                                   std::size_t at) noexcept;

}  // namespace tokensieve
