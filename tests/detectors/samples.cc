#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace tokensieve::samples {
namespace {

std::string unicode_escape(char byte, generator& random) {
  const bool upper = random.chance(2);
  const std::string_view digits =
      upper ? "0123456789ABCDEF" : "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return std::string("\\u00") + digits[value / 16] + digits[value % 16];
}

std::shared_ptr<const signatures> shared_signatures() {
  static const std::shared_ptr<const signatures> k_signatures =
      signatures::compile();
  return k_signatures;
}

}  // namespace

std::string generator::letters(std::string_view alphabet, std::size_t size) {
  std::string text;
  while (text.size() < size)
    text += alphabet[below(alphabet.size())];
  return text;
}

std::string generator::bytes(std::size_t size) {
  std::string text;
  while (text.size() < size)
    text += static_cast<char>(below(256));
  return text;
}

std::string granular(std::string_view body) {
  return "npm_" + std::string(body) + reference::checksum(body);
}

std::string granular(generator& random) {
  return granular(random.letters(k_base62, 30));
}

std::string bad_granular(generator& random) {
  std::string token = granular(random);
  token.back() = token.back() == 'x' ? 'y' : 'x';
  return token;
}

std::string uuid(generator& random) {
  const std::string_view digits =
      random.chance(2) ? "0123456789abcdef" : "0123456789ABCDEF";
  std::string text;
  for (const std::size_t size : {8u, 4u, 4u, 4u, 12u}) {
    if (!text.empty()) text += '-';
    text += random.letters(digits, size);
  }
  return text;
}

std::string json_escaped(std::string_view text, generator& random,
                         std::size_t one_in) {
  std::string escaped;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      escaped += std::string("\\") + byte;
    } else if (byte == '\n') {
      escaped += "\\n";
    } else if (byte == '\t' && random.chance(2)) {
      escaped += "\\t";
    } else if (byte == '/' && random.chance(2)) {
      escaped += "\\/";
    } else if (value < 0x20 || (value < 0x80 && random.chance(one_in))) {
      escaped += unicode_escape(byte, random);
    } else {
      escaped += byte;
    }
  }
  return escaped;
}

std::string base64(std::string_view text, std::string_view alphabet62,
                   bool padded) {
  const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" +
      std::string(alphabet62);
  std::string bits;
  for (const char byte : text) {
    for (int bit = 7; bit >= 0; --bit) {
      bits += (static_cast<unsigned char>(byte) >> bit & 1) != 0 ? '1' : '0';
    }
  }
  while (bits.size() % 6 != 0)
    bits += '0';
  std::string encoded;
  for (std::size_t i = 0; i < bits.size(); i += 6) {
    encoded += alphabet[std::stoul(bits.substr(i, 6), nullptr, 2)];
  }
  while (padded && encoded.size() % 4 != 0)
    encoded += '=';
  return encoded;
}

scanner make_scanner(token_confidence minimum) {
  return scanner(shared_signatures(), minimum);
}

std::vector<finding> scan(std::string_view text, scan_options options) {
  static scanner finder = make_scanner();
  std::vector<finding> findings;
  EXPECT_TRUE(finder.scan(text, options, findings)) << "a bound was reached";
  return findings;
}

bool may_hold_token(std::string_view raw) {
  static scanner finder = make_scanner();
  return finder.may_hold_token(raw);
}

std::vector<reference::token> in_clear(const std::vector<finding>& findings) {
  std::vector<reference::token> tokens;
  for (const finding& found : findings) {
    if (!found.encodings.empty()) continue;
    tokens.push_back({found.begin, std::string(found.token.reveal()),
                      std::string(to_string(found.confidence))});
  }
  return tokens;
}

}  // namespace tokensieve::samples
