#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tokensieve {

/// A log is known by the hash of what names it: `more` to what was hashed.
constexpr std::uint64_t mix_hash(std::uint64_t hash,
                                 std::uint64_t more) noexcept {
  hash = (hash ^ more) * 0x9E3779B97F4A7C15;
  return hash ^ (hash >> 29);
}

/// The same of a name.
inline std::uint64_t mix_hash(std::uint64_t hash,
                              std::string_view name) noexcept {
  std::uint64_t word = 0;
  const char* at = name.data();
  std::size_t left = name.size();
  for (; left > sizeof(word); left -= sizeof(word), at += sizeof(word)) {
    std::memcpy(&word, at, sizeof(word));
    hash = mix_hash(hash, word);
  }
  // A name that ends with NULs is another one without them.
  word = 0;
  std::memcpy(&word, at, left);
  return mix_hash(mix_hash(hash, word), name.size());
}

}  // namespace tokensieve
