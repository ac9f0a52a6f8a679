#include "detectors/decoders.h"
#include "detectors/token_form.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tokensieve {
namespace {

constexpr unsigned k_layers = 3;

// What the signatures look for. The lower-case names hold `npm_`.
constexpr std::array<std::string_view, 8> k_fixed_texts{
    k_granular_prefix, k_nexus_prefix, "_authToken",     "npmAuthToken",
    "NPM_TOKEN",       "_AUTHTOKEN",   "NPM_AUTH_TOKEN", "NODE_AUTH_TOKEN"};

// A run is decoded in pieces, so that it may be of any length. A piece reaches
// back far enough for the key in front of a token.
constexpr std::size_t k_reach_back = 8'192;
constexpr std::size_t k_reach = 65'536;
constexpr std::size_t k_overlap = 4'096;

// The 40 bytes of `npm_` and its body, the shortest of what may follow, fill at
// least this much of a run from the first letter of the literal on.
constexpr std::size_t k_min_tail = 52;

constexpr std::string_view k_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t k_none = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(k_none);
  for (std::size_t i = 0; i < k_letters.size(); ++i) {
    values[static_cast<unsigned char>(k_letters[i])] =
        static_cast<std::uint8_t>(i);
  }
  values['-'] = 62;
  values['_'] = 63;
  return values;
}
constexpr std::array<std::uint8_t, 256> k_values = make_values();

constexpr std::uint8_t value_of(char c) noexcept {
  return k_values[static_cast<unsigned char>(c)];
}
constexpr bool is_standard(char c) noexcept {
  return is_alnum(c) || c == '+' || c == '/';
}
constexpr bool is_url(char c) noexcept {
  return is_alnum(c) || c == '-' || c == '_';
}

// The letters that `text` fixes where it stands `alignment` bytes behind a
// multiple of three, and where the first of them stands in its group of four.
struct literal {
  std::string text;
  unsigned lane;
};

literal encoded_form(std::string_view text, unsigned alignment) {
  const auto bit = [&](std::size_t i) -> unsigned {
    const std::size_t at = i - alignment * std::size_t{8};
    return (static_cast<unsigned char>(text[at / 8]) >> (7 - at % 8)) & 1u;
  };
  const std::size_t first = (alignment * std::size_t{8} + 5) / 6;
  const std::size_t last = (alignment + text.size()) * 8 / 6;
  literal form{{}, static_cast<unsigned>(first % 4)};
  for (std::size_t letter = first; letter < last; ++letter) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 6; ++i)
      value = value * 2 + bit(letter * 6 + i);
    form.text += k_letters[value];
  }
  return form;
}

void add_encoded_forms(std::string_view text, unsigned layers,
                       std::vector<literal>& forms) {
  std::vector<std::string> inner{std::string(text)};
  for (unsigned layer = 0; layer < layers; ++layer) {
    std::vector<std::string> outer;
    for (const std::string& form : inner) {
      for (unsigned alignment = 0; alignment < 3; ++alignment) {
        forms.push_back(encoded_form(form, alignment));
        outer.push_back(forms.back().text);
      }
    }
    inner = std::move(outer);
  }
}

template <typename InAlphabet>
std::size_t run_begin(std::string_view text, std::size_t at, std::size_t limit,
                      InAlphabet in_alphabet) noexcept {
  while (at > limit && in_alphabet(text[at - 1]))
    --at;
  return at;
}

template <typename InAlphabet>
std::size_t run_end(std::string_view text, std::size_t at,
                    InAlphabet in_alphabet) noexcept {
  while (at < text.size() && in_alphabet(text[at]))
    ++at;
  return at;
}

class base64_decoder final : public decoder {
 public:
  base64_decoder() {
    for (const std::string_view text : k_fixed_texts) {
      add_encoded_forms(text, k_layers, literals_);
    }
  }

  token_encoding encoding() const noexcept override {
    return token_encoding::base64;
  }

  std::vector<std::string> text_patterns() const override {
    std::vector<std::string> patterns;
    patterns.reserve(literals_.size());
    for (const literal& form : literals_)
      patterns.push_back(form.text);
    return patterns;
  }

  std::vector<std::string> raw_patterns() const override {
    return text_patterns();
  }

  std::optional<encoded_run> find_run(std::string_view text, bool patch,
                                      decoder_trigger trigger,
                                      text_range last) const noexcept override {
    const literal& form = literals_[trigger.pattern];
    const std::size_t begin = trigger.end - form.text.size();
    encoded_run run;
    run.run = trigger.end <= last.end ? last
                                      : around(text, patch, begin, trigger.end);
    std::size_t letters_end = run.run.end;
    while (text[letters_end - 1] == '=')
      --letters_end;
    if (letters_end - begin < k_min_tail) return std::nullopt;

    // The literal tells the alignment, whatever letters the run begins with.
    run.lane = static_cast<unsigned>((begin - form.lane) % 4);
    const std::size_t back = std::min(begin - run.run.begin, k_reach_back);
    run.piece.begin = begin - back;
    while (run.piece.begin % 4 != run.lane)
      ++run.piece.begin;
    run.piece.end = std::min(letters_end, begin + k_reach);
    run.covered =
        run.piece.end == letters_end ? run.run.end : run.piece.end - k_overlap;
    return run;
  }

  void decode(std::string_view text, const encoded_run& run,
              std::string& out) const override {
    std::uint32_t bits = 0;
    unsigned size = 0;
    for (const char c :
         text.substr(run.piece.begin, run.piece.end - run.piece.begin)) {
      bits = bits << 6 | value_of(c);
      size += 6;
      if (size < 8) continue;
      size -= 8;
      out += static_cast<char>(bits >> size & 0xff);
    }
  }

 private:
  // The longest stretch of either alphabet to each side, with its padding.
  static text_range around(std::string_view text, bool patch, std::size_t begin,
                           std::size_t end) noexcept {
    std::size_t first = std::min(run_begin(text, begin, 0, is_standard),
                                 run_begin(text, begin, 0, is_url));
    // A patch's sign is a letter of the alphabet, too.
    const bool sign = patch && (first == 0 || text[first - 1] == '\n');
    if (sign && first < begin) ++first;
    std::size_t last =
        std::max(run_end(text, end, is_standard), run_end(text, end, is_url));
    for (int padding = 0;
         padding < 2 && last < text.size() && text[last] == '='; ++padding) {
      ++last;
    }
    return {first, last};
  }

  std::vector<literal> literals_;
};

}  // namespace

std::unique_ptr<const decoder> make_base64_decoder() {
  return std::make_unique<base64_decoder>();
}

}  // namespace tokensieve
