#include "detectors/decoders.h"
#include "detectors/fixed_texts.h"
#include "detectors/letters_decoder.h"

namespace tokensieve {
namespace {

// 36 bytes of a token, two digits each: a fragment begins half a form behind
// the first digit at most.
constexpr std::size_t k_min_tail = 72;

// So many bytes of a text are trigger enough.
constexpr std::size_t k_enough = 8;

class hex_decoder final : public letters_decoder {
 public:
  hex_decoder() : letters_decoder(k_hex_alphabet, k_min_tail) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    std::vector<fragment> all;
    for (const std::string& text : texts_inside(1)) {
      std::string form;
      for (const char c : text) {
        form += k_digits[static_cast<unsigned char>(c) / 16];
        form += k_digits[static_cast<unsigned char>(c) % 16];
      }
      if (text.size() > 4) add_halves(form.substr(0, 2 * k_enough), all);
    }
    add("6e706d5f", 0, all);
    // Of `npm_` each half would be too short: what ends the line belongs to
    // it, or the digit in front.
    for (const char* end : {R"(\r)", R"(\n)", R"(\\)"})
      all.push_back({std::string("(?i)6e706d") + end, 7, 0});
    for (const char* end : {R"(\r\n)", R"(\\n)", R"(\\r)"})
      all.push_back({std::string("(?i)6e70") + end, 6, 0});
    for (const char digit : std::string_view("0123456789abcdef"))
      all.push_back({"(?i)" + std::string(1, digit) + R"(6e70\n)", 6, 1});
    for (const char* before : {R"(\n)", "n", " ", "\""})
      all.push_back({"(?i)" + std::string(before) + "706d5f", 6, 0});
    set_fragments(std::move(all));
  }

  token_encoding encoding(const encoded_run&) const noexcept override {
    return token_encoding::hex;
  }

 private:
  // A line end may stand in one half only.
  static void add_halves(const std::string& form, std::vector<fragment>& all) {
    const std::size_t half = form.size() / 2;
    const std::size_t second = form.size() - half;
    add(form.substr(0, half), 0, all);
    add(form.substr(second), static_cast<unsigned>(second % 2), all);
  }

  static void add(const std::string& digits, unsigned first,
                  std::vector<fragment>& all) {
    all.push_back({"(?i)" + digits, digits.size(), first});
  }
};

}  // namespace

std::unique_ptr<const decoder> make_hex_decoder() {
  return std::make_unique<hex_decoder>();
}

}  // namespace tokensieve
