#include "detectors/decoders.h"
#include "detectors/fixed_texts.h"
#include "detectors/letters_decoder.h"

namespace tokensieve {
namespace {

// The 40 bytes of `npm_` and its body, the shortest of what may follow, fill at
// least this much of a run from the first letter of a form on; a fragment may
// begin some letters behind it.
constexpr std::size_t k_min_tail = 44;

// Hyperscan is fast where no literal is shorter than five bytes. Behind a
// shorter one stands what ends a line, as it is or in JSON; in front of it,
// what ends a prefix or an escaped line end.
constexpr std::size_t k_least = 5;
constexpr std::string_view k_line_ends = "\n\r\\\"'";
constexpr std::string_view k_prefix_ends = "\n\t \"'+nmt9";

class base64_decoder final : public letters_decoder {
 public:
  base64_decoder() : letters_decoder(k_base64_alphabet, k_min_tail) {
    std::vector<fragment> all;
    add_folded_prefixes(all);
    for (const inner_text& inner : texts_inside_base64()) {
      add_forms(inner.text, inner.layers, all);
    }
    set_fragments(std::move(all));
  }

  token_encoding encoding(const encoded_run&) const noexcept override {
    return token_encoding::base64;
  }

 private:
  static void add_forms(const std::string& text, std::size_t layers,
                        std::vector<fragment>& all) {
    if (layers == 0) return;
    for (unsigned alignment = 0; alignment < 3; ++alignment) {
      const base64_form form = base64_form_of(text, alignment);
      add_fragments(form, all);
      add_forms(form.letters, layers - 1, all);
    }
  }

  // Wherever one line end may stand in the form, one of its fragments is
  // whole, but in the middle of five or six letters.
  static void add_fragments(const base64_form& form,
                            std::vector<fragment>& all) {
    const std::string_view letters = form.letters;
    const std::size_t size = letters.size();
    if (size < k_least) {
      for (const char before : form.before)
        add(before + std::string(letters), form.first + 3, all);
      add_folded_before(letters, form.first, all);
      return;
    }
    const std::size_t half = std::max(size / 2, k_least);
    add(letters.substr(0, half), form.first, all);
    add(letters.substr(size - half), form.first + size - half, all);
    for (std::size_t fold = size - half + 1; fold < half; ++fold) {
      if (fold + 1 >= k_least) {
        add_folded_behind(letters.substr(0, fold), form.first, all);
      } else if (size - fold + 1 >= k_least) {
        add_folded_before(letters.substr(fold), form.first + fold, all);
      }
    }
  }

  // The forms of `npm_` are so short that the letters around them must help:
  // what an ASCII letter in front and a letter or a digit behind can make of
  // them.
  static void add_folded_prefixes(std::vector<fragment>& all) {
    for (const char letter : k_base64_letters) {
      add(letter + std::string("bnB\n"), 3, all);
      for (const char second : std::string_view("GWm2"))
        add(std::string{letter, second} + "5w\n", 0, all);
    }
    for (const std::string_view end :
         {"\r\n", "\\n", "\\r", "\\u", "\",", "\"\n"}) {
      add("bnB" + std::string(end), 0, all);
      add("ucG" + std::string(end), 3, all);
      for (const char second : std::string_view("GWm2"))
        add(second + std::string("5w") + std::string(end), 1, all);
    }
    for (const char behind : std::string_view("z0123"))
      add_folded_before(std::string("BtX") + behind, 2, all);
    for (const char behind : std::string_view("89"))
      add_folded_before(std::string("wbV") + behind, 3, all);
    for (const char before : std::string_view("GWm2")) {
      add_folded_behind(before + std::string("5wb"), 1, all);
    }
    for (const char before : std::string_view("BFJNRVZdhlptx159"))
      add(before + std::string("ucG\n"), 2, all);
    for (const char behind : std::string_view("MNOPQRSTUVWXYZabcde"))
      add_folded_before(std::string("G1f") + behind, 1, all);
  }

  static void add_folded_behind(std::string_view letters, std::size_t first,
                                std::vector<fragment>& all) {
    for (const char end : k_line_ends)
      add(std::string(letters) + end, first, all);
  }
  // The byte in front counts as a letter does.
  static void add_folded_before(std::string_view letters, std::size_t first,
                                std::vector<fragment>& all) {
    for (const char end : k_prefix_ends)
      all.push_back({escaped(end + std::string(letters)), letters.size(),
                     static_cast<unsigned>(first % 4)});
  }
  static void add(std::string_view literal, std::size_t first,
                  std::vector<fragment>& all) {
    all.push_back(
        {escaped(literal), literal.size(), static_cast<unsigned>(first % 4)});
  }

  static std::string escaped(std::string_view literal) {
    std::string expression;
    for (const char c : literal) {
      switch (c) {
        case '\n':
          expression += R"(\n)";
          break;
        case '\r':
          expression += R"(\r)";
          break;
        case '\t':
          expression += R"(\t)";
          break;
        case '+':
        case '\\':
          expression += '\\';
          [[fallthrough]];
        default:
          expression += c;
      }
    }
    return expression;
  }
};

}  // namespace

std::unique_ptr<const decoder> make_base64_decoder() {
  return std::make_unique<base64_decoder>();
}

}  // namespace tokensieve
