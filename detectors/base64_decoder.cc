#include "detectors/decoders.h"
#include "detectors/fixed_texts.h"
#include "detectors/letters_decoder.h"

namespace tokensieve {
namespace {

// The 40 bytes of `npm_` and its body, the shortest of what may follow, fill at
// least this much of a run from the first letter of a form on; a fragment may
// begin some letters behind it.
constexpr std::size_t k_min_tail = 44;

// Where a line may be folded behind a fragment.
constexpr std::string_view k_fold = R"([\r\n\\"',;])";

class base64_decoder final : public letters_decoder {
 public:
  base64_decoder() : letters_decoder(k_base64_alphabet, k_min_tail) {
    std::vector<fragment> all = folded_prefixes();
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
  // whole.
  static void add_fragments(const base64_form& form,
                            std::vector<fragment>& all) {
    const std::size_t size = form.letters.size();
    const std::size_t half =
        size < 8 ? std::min<std::size_t>(size, 4) : size / 2;
    const std::size_t second = size < 8 ? size - half : half;
    all.push_back({form.letters.substr(0, half), half, form.first});
    all.push_back({form.letters.substr(second), size - second,
                   static_cast<unsigned>((form.first + second) % 4)});
    if (size == 6) {
      all.push_back(
          {form.letters.substr(0, 3) + std::string(k_fold), 4, form.first});
    }
  }

  // The forms of `npm_` are so short that the letters around them must help:
  // what an ASCII letter in front and a letter or a digit behind can make of
  // them.
  static std::vector<fragment> folded_prefixes() {
    const std::string fold(k_fold);
    return {
        {"bnB" + fold, 4, 0},
        {"BtX[z0-3]", 4, 2},
        {"[GWm2]5w" + fold, 4, 1},
        {"[GWm2]5wb", 4, 1},
        {"wbV[89]", 4, 3},
        {"ucG" + fold, 4, 3},
        {"[BFJNRVZdhlptx159]uc" + fold, 4, 2},
    };
  }
};

}  // namespace

std::unique_ptr<const decoder> make_base64_decoder() {
  return std::make_unique<base64_decoder>();
}

}  // namespace tokensieve
