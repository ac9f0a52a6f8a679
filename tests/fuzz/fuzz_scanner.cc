// Any bytes as a text: what is found has the form of a token and stands in the
// text, and the prefilter is never narrower.

#include "detectors/scanner.h"
#include "tests/fuzz/checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tokensieve;
using fuzz::require;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

bool has_form(const finding& found) {
  const std::string_view value = found.token.reveal();
  if (found.kind == token_kind::granular) {
    return found.format == token_format::npm && value.size() == 40 &&
           value.starts_with("npm_") &&
           std::ranges::all_of(value.substr(4), is_letter_or_digit);
  }
  constexpr std::string_view k_nexus = "NpmToken.";
  const bool nexus = found.format == token_format::nexus;
  if (nexus != value.starts_with(k_nexus)) return false;
  const std::string_view uuid = value.substr(nexus ? k_nexus.size() : 0);
  return found.checksum == token_checksum::none && uuid.size() == 36 &&
         std::ranges::count(uuid, '-') == 4;
}

// As the most sparing of JSON's writers puts it between quotes.
std::string as_json(std::string_view text) {
  std::string json = "{\"text\":\"";
  for (const char c : text) {
    constexpr std::string_view k_digits = "0123456789abcdef";
    if (c == '"' || c == '\\') {
      json += std::string{'\\', c};
    } else if (c == '\n' || c == '\r' || c == '\t') {
      json += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += std::string("\\u00") + (c < 0x10 ? '0' : '1') +
              k_digits[static_cast<unsigned char>(c) % 16];
    } else {
      json += c;
    }
  }
  return json + "\"}";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static scanner finder(signatures::compile(), token_confidence::low);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<finding> all;
  // Mixtures that a fuzzer comes by may take more than any text is given.
  constexpr std::size_t k_work = 4 * scan_options{}.work_base;
  require(
      finder.scan(text, {.patch = size % 2 == 1, .work_base = k_work}, all));
  std::size_t begin = 0;
  for (const finding& found : all) {
    require(has_form(found));
    require(found.begin >= begin && found.begin < found.end &&
            found.end <= size);
    require(found.encodings.size() <= scanner::k_max_depth);
    const std::string_view value = found.token.reveal();
    require(!found.encodings.empty() ||
            text.substr(found.begin, found.end - found.begin) == value);
    begin = found.begin;
  }
  if (!all.empty()) {
    require(finder.may_hold_token(text));
    require(finder.may_hold_token(as_json(text)));
    known_tokens known;
    for (const finding& found : all)
      known.add(found.token);
    const std::string masked = finder.mask(text, known);
    for (const finding& found : all)
      require(!masked.contains(found.token.reveal()));
  }
  return 0;
}
