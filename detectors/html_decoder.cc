#include "detectors/decoders.h"
#include "detectors/hex_digits.h"
#include "detectors/unit_decoder.h"

#include <array>

namespace tokensieve {
namespace {

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
constexpr std::size_t k_max_digits = 8;

class html_decoder final : public unit_decoder {
 public:
  html_decoder() : unit_decoder(token_encoding::html) {}

 private:
  unit unit_at(std::string_view text, std::size_t at) const noexcept override {
    if (text[at] != '&') return {};
    if (stands_at(text, at + 1, "#")) return numeric(text, at);
    for (const entity& known : k_entities) {
      if (stands_at(text, at + 1, known.name)) {
        return {known.name.size() + 1, meaning::byte,
                static_cast<std::uint32_t>(known.meant)};
      }
    }
    return {};
  }

  static unit numeric(std::string_view text, std::size_t at) noexcept {
    const bool hex =
        stands_at(text, at + 2, "x") || stands_at(text, at + 2, "X");
    const std::size_t first = at + (hex ? 3 : 2);
    std::size_t end = first;
    std::uint32_t code = 0;
    while (end < text.size() && end < first + k_max_digits &&
           (hex ? is_hex(text[end]) : is_digit(text[end]))) {
      code = code * (hex ? 16 : 10) + hex_value(text[end]);
      ++end;
    }
    if (end == first || !stands_at(text, end, ";") || code > 0x10ffff)
      return {};
    return {end + 1 - at, meaning::character, code};
  }

  notation notation_of(bool raw) const override {
    notation how;
    how.any = ampersand(raw) +
              "(?:#|lowbar|UnderBar|quot|apos|gt|equals|colon|nbsp|grave)";
    // `forms` has the ampersand as it is; Go's writers escape it.
    if (raw) how.more.emplace_back(R"(\\u0026#)");
    return how;
  }

  std::string encoded(char c, bool raw) const override {
    std::string numbers = "#(?:0{0,6}" + std::to_string(int{c}) +
                          "|[xX]0{0,6}" + hex_expression(c) + ");";
    if (c == '_') numbers += "|lowbar;|UnderBar;";
    return "(?:" + ampersand(raw) + "(?:" + numbers + "))";
  }

  std::vector<std::string> forms(std::string_view text, bool) const override {
    std::string decimal;
    std::string hex;
    for (const char c : text) {
      decimal += "&#" + std::to_string(int{c}) + ";";
      hex += "&#[xX]" + hex_expression(c) + ";";
    }
    return {decimal, hex};
  }

  static std::string ampersand(bool raw) {
    return raw ? R"((?:&|\\u0026))" : "&";
  }
};

}  // namespace

std::unique_ptr<const decoder> make_html_decoder() {
  return std::make_unique<html_decoder>();
}

}  // namespace tokensieve
