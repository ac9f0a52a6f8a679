#include "detectors/decoders.h"
#include "detectors/hex_digits.h"
#include "detectors/unit_decoder.h"

namespace tokensieve {
namespace {

class quoted_printable_decoder final : public unit_decoder {
 public:
  quoted_printable_decoder() : unit_decoder(token_encoding::quoted_printable) {}

 private:
  unit unit_at(std::string_view text, std::size_t at) const noexcept override {
    if (text[at] != '=') return {};
    if (const auto code = hex_number(text, at + 1, 2)) {
      return {3, meaning::byte, *code};
    }
    // A soft line break.
    std::size_t end = at + 1;
    while (end < text.size() && end < at + 8 && is_blank(text[end]))
      ++end;
    if (stands_at(text, end, "\r")) ++end;
    return stands_at(text, end, "\n") ? unit{end + 1 - at} : unit{};
  }

  notation notation_of(bool raw) const override {
    const std::string sign = raw ? R"((?:=|\\u003[dD]))" : "=";
    const std::string soft =
        raw ? R"([ \t]{0,7}(?:\r?\n|(?:\\r|\\u000[dD])?\\(?:n|u000[aA])))"
            : R"([ \t]{0,7}\r?\n)";
    notation how;
    how.any = sign + "(?:[0-9A-Fa-f]{2}|" + soft + ")";
    how.invisible = "(?:" + sign + soft + ")";
    // Not what may be the first digits of a UUID: separators.
    how.behind_name = sign + "(?:3[aAdDeE]|2[0127]|09|" + soft + ")";
    if (raw) {
      // `forms` has the sign as it is; Gson's writers escape it.
      how.more.emplace_back(R"(\\u003[dD][4-7][0-9A-Fa-f]\\u003[dD])");
      how.more.emplace_back(R"([npm]\\u003[dD](?:70|6[dD]|5[fF]))");
      how.more.emplace_back(R"(\\u003[dD]6[eE](?:pm_|=70))");
    }
    return how;
  }

  std::string encoded(char c, bool) const override {
    return '=' + hex_expression(c);
  }

  std::vector<std::string> forms(std::string_view text, bool) const override {
    return unit_decoder::forms(text, false);
  }
};

}  // namespace

std::unique_ptr<const decoder> make_quoted_printable_decoder() {
  return std::make_unique<quoted_printable_decoder>();
}

}  // namespace tokensieve
