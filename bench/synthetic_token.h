#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tokensieve {

inline constexpr std::string_view k_token_mark = "npm_SYNTHETIC";
inline constexpr std::size_t k_token_size = 40;

/// A token of npm's newer form with a right checksum, one for each number
/// below 10^7.
inline std::string synthetic_token(std::uint64_t number) {
  constexpr std::string_view k_digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string body = std::to_string(number);
  body.insert(0, 7 - body.size(), '0');
  body = "SYNTHETIC" + body;
  body.resize(30, 'x');
  auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                   static_cast<uInt>(body.size()));
  std::string checksum(6, '0');
  for (auto digit = checksum.rbegin(); digit != checksum.rend(); ++digit) {
    *digit = k_digits[sum % k_digits.size()];
    sum /= k_digits.size();
  }
  return "npm_" + body + checksum;
}

}  // namespace tokensieve
