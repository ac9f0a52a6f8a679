#pragma once

#include "detectors/scanner.h"
#include "tests/detectors/reference.h"

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve::samples {

/// Seeded: a failure repeats.
class generator {
 public:
  explicit generator(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
  }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  std::string pick(const std::vector<std::string>& choices) {
    return choices[below(choices.size())];
  }
  std::string letters(std::string_view alphabet, std::size_t size);
  std::string bytes(std::size_t size);  ///< any of the 256

 private:
  std::mt19937_64 engine_;
};

inline constexpr std::string_view k_lower = "abcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view k_base62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `npm_`, 30 characters and their checksum.
std::string granular(std::string_view body);
std::string granular(generator& random);
/// The same with a wrong checksum.
std::string bad_granular(generator& random);
/// A UUID of any version and either case.
std::string uuid(generator& random);

/// The text as a JSON writer may put it between quotes: what must be escaped
/// is, and each other byte once in `one_in`.
std::string json_escaped(std::string_view text, generator& random,
                         std::size_t one_in);

/// base64; `alphabet62` is the last two letters of the alphabet.
std::string base64(std::string_view text, std::string_view alphabet62 = "+/",
                   bool padded = true);

/// A scanner over signatures that are compiled once a process.
scanner make_scanner(token_confidence minimum = token_confidence::low);

/// What `make_scanner(...).scan` finds, and that no bound was reached.
std::vector<finding> scan(std::string_view text, scan_options options = {});
bool may_hold_token(std::string_view raw);

/// The findings that stand in clear, in the reference's terms.
std::vector<reference::token> in_clear(const std::vector<finding>& findings);

}  // namespace tokensieve::samples
