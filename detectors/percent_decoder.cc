#include "detectors/decoders.h"
#include "detectors/hex_digits.h"
#include "detectors/unit_decoder.h"

namespace tokensieve {
namespace {

class percent_decoder final : public unit_decoder {
 public:
  percent_decoder() : unit_decoder(token_encoding::percent) {}

 private:
  unit unit_at(std::string_view text, std::size_t at) const noexcept override {
    if (text[at] != '%') return {};
    const auto code = hex_number(text, at + 1, 2);
    return code ? unit{3, meaning::byte, *code} : unit{};
  }

  notation notation_of(bool) const override {
    notation how;
    how.any = "%[0-9A-Fa-f]{2}";
    return how;
  }

  std::string encoded(char c, bool) const override {
    return '%' + hex_expression(c);
  }
};

}  // namespace

std::unique_ptr<const decoder> make_percent_decoder() {
  return std::make_unique<percent_decoder>();
}

}  // namespace tokensieve
