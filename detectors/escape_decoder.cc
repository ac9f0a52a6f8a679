#include "detectors/decoders.h"
#include "detectors/hex_digits.h"
#include "detectors/unit_decoder.h"

namespace tokensieve {
namespace {

constexpr std::size_t k_max_backslashes = 8;

class escape_decoder final : public unit_decoder {
 public:
  escape_decoder() : unit_decoder(token_encoding::escape) {}

 private:
  // Each string that another string holds doubles the backslashes.
  unit unit_at(std::string_view text, std::size_t at) const noexcept override {
    if (text[at] != '\\' || (at > 0 && text[at - 1] == '\\')) return {};
    std::size_t end = at;
    while (end < text.size() && text[end] == '\\')
      ++end;
    if (end == text.size() || end - at > k_max_backslashes) return {};
    const unit found = behind_backslash(text, end);
    return found.size == 0
               ? unit{}
               : unit{found.size + end - at, found.what, found.code};
  }

  static unit behind_backslash(std::string_view text, std::size_t at) noexcept {
    const auto digits = [&](std::size_t size) {
      return hex_number(text, at + 1, size);
    };
    switch (text[at]) {
      case 'u':
        if (const auto code = digits(4)) return {5, meaning::character, *code};
        return in_braces(text, at + 1);
      case 'U':
        if (const auto code = digits(8)) return {9, meaning::character, *code};
        return {};
      case 'x':
        if (const auto code = digits(2)) return {3, meaning::byte, *code};
        return in_braces(text, at + 1);
      default:
        return octal_or_named(text, at);
    }
  }

  static unit in_braces(std::string_view text, std::size_t at) noexcept {
    if (!stands_at(text, at, "{")) return {};
    for (std::size_t size = 1; size <= 6; ++size) {
      const auto code = hex_number(text, at + 1, size);
      if (!code) return {};
      if (stands_at(text, at + 1 + size, "}")) {
        return {size + 3, meaning::character, *code};
      }
    }
    return {};
  }

  static unit octal_or_named(std::string_view text, std::size_t at) noexcept {
    const auto octal = [&](std::size_t i) {
      return i < text.size() && text[i] >= '0' && text[i] <= '7';
    };
    const char c = text[at];
    if (c >= '0' && c <= '3' && octal(at + 1) && octal(at + 2)) {
      const auto digit = [&](std::size_t i) {
        return static_cast<std::uint32_t>(text[i] - '0');
      };
      return {3, meaning::byte,
              digit(at) << 6 | digit(at + 1) << 3 | digit(at + 2)};
    }
    constexpr std::string_view k_names = "ntr\"'`/=:";
    constexpr std::string_view k_meant = "\n\t\r\"'`/=:";
    const std::size_t name = k_names.find(c);
    if (name == k_names.npos) return {};
    return {1, meaning::byte, static_cast<std::uint32_t>(k_meant[name])};
  }

  notation notation_of(bool raw) const override {
    notation how;
    how.any =
        backslashes(raw) + R"((?:u00|u\{|U0000|x[0-9A-Fa-f{]|[01][0-7]{2}))";
    // So many letters in a row that nobody need escape.
    for (const char* one :
         {"u00[2-7][0-9A-Fa-f]", "x[2-7][0-9A-Fa-f]", "[01][0-7]{2}"}) {
      how.more.push_back("(?:" + backslashes(raw) + one + "){5}");
    }
    return how;
  }

  std::string encoded(char c, bool raw) const override {
    const std::string digits = hex_expression(c);
    return "(?:" + backslashes(raw) + "(?:(?:u00|x|U000000)" + digits +
           R"(|[ux]\{0{0,4})" + digits + R"(\}|)" + octal(c) + "))";
  }

  // A backslash is two in JSON, and one in what is not.
  static std::string backslashes(bool raw) {
    return raw ? R"(\\{1,16})" : R"(\\{1,8})";
  }

  std::vector<std::string> forms(std::string_view, bool) const override {
    return {};
  }

  static std::string octal(char c) {
    const auto value = static_cast<unsigned char>(c);
    return {static_cast<char>('0' + (value >> 6)),
            static_cast<char>('0' + (value >> 3 & 7)),
            static_cast<char>('0' + (value & 7))};
  }
};

}  // namespace

std::unique_ptr<const decoder> make_escape_decoder() {
  return std::make_unique<escape_decoder>();
}

}  // namespace tokensieve
