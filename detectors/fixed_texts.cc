#include "detectors/fixed_texts.h"

#include "detectors/token_form.h"

#include <array>
#include <cstdint>

namespace tokensieve {
namespace {

constexpr std::string_view k_lower = "0123456789abcdef";
constexpr std::string_view k_upper = "0123456789ABCDEF";

// So many bytes of a text, one behind the other, are trigger enough.
constexpr std::size_t k_enough = 5;

// One byte as an encoding other than base64 writes it.
struct spelling {
  std::string_view before;
  std::string_view digits;  ///< hex; octal or decimal where empty
  std::string_view behind;
  unsigned base = 16;
};
constexpr std::array<spelling, 11> k_spellings{{
    {"", k_lower, ""},
    {"", k_upper, ""},
    {"%", k_lower, ""},
    {"%", k_upper, ""},
    {"\\x", k_lower, ""},
    {"\\x", k_upper, ""},
    {"\\", k_lower, "", 8},
    {"&#", k_lower, ";", 10},
    {"&#x", k_lower, ";"},
    {"&#x", k_upper, ";"},
    {"=", k_upper, ""},
}};

std::string spelled(std::string_view text, const spelling& how) {
  std::string out;
  for (const char c : text) {
    out += how.before;
    const auto value = static_cast<unsigned char>(c);
    if (how.base == 10) {
      out += std::to_string(value);
    } else if (how.base == 8) {
      for (const unsigned shift : {6u, 3u, 0u})
        out += how.digits[value >> shift & 7];
    } else {
      out += how.digits[value / 16];
      out += how.digits[value % 16];
    }
    out += how.behind;
  }
  return out;
}

// Between the letters of UTF-16, of either byte order.
std::string with_nuls(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!out.empty()) out += '\0';
    out += c;
  }
  return out;
}

// `text` in base64, 0 to `layers` of it.
std::vector<std::vector<std::string>> in_base64(std::string_view text,
                                                std::size_t layers) {
  std::vector<std::vector<std::string>> all{{std::string(text)}};
  for (std::size_t layer = 0; layer < layers; ++layer) {
    std::vector<std::string> outer;
    for (const std::string& inner : all.back()) {
      for (std::string& form : base64_forms(inner))
        outer.push_back(std::move(form));
    }
    all.push_back(std::move(outer));
  }
  return all;
}

}  // namespace

// `_authToken` and `npmAuthToken`; `NPM_TOKEN`; `NPM_AUTH_TOKEN` and
// `NODE_AUTH_TOKEN`. The names in small letters but one hold `npm_`.
const std::vector<fixed_text>& fixed_texts() {
  static const std::vector<fixed_text> k_texts{
      {k_granular_prefix, 4}, {k_nexus_prefix, 3}, {"uthToken", 3},
      {"PM_TOKEN", 3},        {"TH_TOKEN", 3},     {"_AUTHTOKEN", 3},
      {"_auth_token", 3}};
  return k_texts;
}

base64_form base64_form_of(std::string_view text, unsigned alignment) {
  const auto bit = [&](std::size_t i) -> unsigned {
    const std::size_t at = i - alignment * std::size_t{8};
    return (static_cast<unsigned char>(text[at / 8]) >> (7 - at % 8)) & 1u;
  };
  const std::size_t first = (alignment * std::size_t{8} + 5) / 6;
  const std::size_t last = (alignment + text.size()) * 8 / 6;
  base64_form form{{}, static_cast<unsigned>(first % 4), {}};
  for (std::size_t letter = first; letter < last; ++letter) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 6; ++i)
      value = value * 2 + bit(letter * 6 + i);
    form.letters += k_base64_letters[value];
  }
  // Of the letter in front, the last bits are those of the first byte.
  const std::size_t known = first * 6 - alignment * std::size_t{8};
  for (std::size_t value = 0; value < k_base64_letters.size(); ++value) {
    bool may_stand = true;
    for (std::size_t i = 0; i < known; ++i) {
      const unsigned expected = bit(alignment * std::size_t{8} + i);
      may_stand &= (value >> (known - 1 - i) & 1u) == expected;
    }
    if (may_stand) form.before += k_base64_letters[value];
  }
  return form;
}

std::vector<std::string> base64_forms(std::string_view text) {
  return {base64_form_of(text, 0).letters, base64_form_of(text, 1).letters,
          base64_form_of(text, 2).letters};
}

std::vector<std::string> texts_inside(std::size_t outer) {
  std::vector<std::string> all;
  for (const fixed_text& fixed : fixed_texts()) {
    for (auto& layer : in_base64(fixed.text, fixed.layers - outer)) {
      for (std::string& form : layer)
        all.push_back(std::move(form));
    }
  }
  return all;
}

std::vector<inner_text> texts_inside_base64() {
  std::vector<inner_text> all;
  for (const fixed_text& fixed : fixed_texts()) {
    all.push_back({std::string(fixed.text), fixed.layers});
    const auto forms = in_base64(fixed.text, fixed.layers - 2);
    for (std::size_t inner = 0; inner < forms.size(); ++inner) {
      const std::size_t layers = fixed.layers - 1 - inner;
      for (const std::string& form : forms[inner]) {
        for (const spelling& how : k_spellings)
          all.push_back({spelled(form.substr(0, k_enough), how), layers});
        all.push_back({with_nuls(form.substr(0, k_enough)), layers});
      }
    }
  }
  // Where only the underscore is encoded, three letters in clear are too few.
  for (const std::string_view partly :
       {"npm%5F", "npm%5f", "npm=5F", "npm&#95;", "npm&#x5f;", "npm&#x5F;",
        "npm&lowbar;", "npm\\x5f", "npm\\x5F",
        // This begins each character, and is rare enough in base64.
        "\\u00"}) {
    all.push_back({std::string(partly), 3});
  }
  // The sequence's parameters begin behind the bracket.
  all.push_back({"npm\x1b[", 3});
  return all;
}

}  // namespace tokensieve
