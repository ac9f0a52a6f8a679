#include "detectors/token_form.h"

#include "detectors/bytes.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace tokensieve {
namespace {

constexpr std::size_t k_checksum_size = 6;
constexpr std::size_t k_random_size = k_granular_body_size - k_checksum_size;
constexpr std::string_view k_base62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct uuid_group {
  std::size_t begin;
  std::size_t size;
  std::size_t fixed;  ///< leading digits that tell version or variant
};
constexpr std::array<uuid_group, 5> k_uuid_groups{
    {{0, 8, 0}, {9, 4, 0}, {14, 4, 1}, {19, 4, 1}, {24, 12, 0}}};

using sixteen_bytes = unsigned char __attribute__((vector_size(16)));

// Are 16 bytes hex digits, but for the dashes among them?
bool are_digits(const char* from, sixteen_bytes dashes) noexcept {
  sixteen_bytes bytes{};
  std::memcpy(&bytes, from, sizeof bytes);
  const auto digits = (bytes - '0') < 10;
  const auto letters = ((bytes | 0x20) - 'a') < 6;
  const auto good = digits | letters | (dashes != 0);
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), &good, sizeof halves);
  return (halves[0] & halves[1]) == ~std::uint64_t{0};
}

bool is_one_character(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return to_lower(c) == to_lower(text.front());
  });
}

// Is the letter at `at` one of a binary format, which puts no delimiter behind
// a string: the next field's tag in front of a number, as in protobuf? Text
// holds none of these bytes.
bool is_binary(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_longest_number = 9;
  static constexpr byte_set k_in_text("\t\n\r\x1b");
  const std::string_view behind = text.substr(at, k_longest_number);
  return std::any_of(behind.begin(), behind.end(), [&](char c) {
    return static_cast<unsigned char>(c) < 0x20 && !k_in_text.contains(c);
  });
}

}  // namespace

bool is_granular_form(std::string_view text, std::size_t at) noexcept {
  if (!stands_at(text, at, k_granular_prefix)) return false;
  const std::string_view body =
      text.substr(at + k_granular_prefix.size(), k_granular_body_size);
  return body.size() == k_granular_body_size &&
         std::all_of(body.begin(), body.end(), is_alnum);
}

bool has_valid_checksum(std::string_view token) noexcept {
  const std::string_view body =
      token.substr(k_granular_prefix.size(), k_granular_body_size);
  auto rest = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(body.data()),
            static_cast<uInt>(k_random_size)));
  for (std::size_t i = k_granular_body_size; i > k_random_size; --i) {
    if (body[i - 1] != k_base62[rest % k_base62.size()]) return false;
    rest /= static_cast<std::uint32_t>(k_base62.size());
  }
  return true;
}

bool is_granular_placeholder(std::string_view token) noexcept {
  return is_one_character(
      token.substr(k_granular_prefix.size(), k_granular_body_size));
}

bool is_uuid_form(std::string_view text, std::size_t at) noexcept {
  if (text.size() < k_uuid_size || at > text.size() - k_uuid_size) return false;
  // What is asked mostly is one, or has no dash: all digits at once.
  for (std::size_t i = 1; i < k_uuid_groups.size(); ++i) {
    if (text[at + k_uuid_groups[i].begin - 1] != '-') return false;
  }
  constexpr sixteen_bytes k_first{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
  constexpr sixteen_bytes k_second{0, 0, 1, 0, 0, 0, 0, 1};
  constexpr sixteen_bytes k_last{0, 0, 0, 1};
  const char* const uuid = text.data() + at;
  if (!are_digits(uuid, k_first) || !are_digits(uuid + 16, k_second) ||
      !are_digits(uuid + k_uuid_size - 16, k_last)) {
    return false;
  }
  const std::size_t end = at + k_uuid_size;
  return end == text.size() || !is_word(text[end]) || is_binary(text, end);
}

bool is_uuid_placeholder(std::string_view uuid) noexcept {
  return std::all_of(
      k_uuid_groups.begin(), k_uuid_groups.end(), [&](const uuid_group& group) {
        return is_one_character(
            uuid.substr(group.begin + group.fixed, group.size - group.fixed));
      });
}

bool is_delimited(std::string_view text, std::size_t begin,
                  std::size_t end) noexcept {
  return (begin == 0 || !is_word(text[begin - 1])) &&
         (end == text.size() || !is_word(text[end]));
}

}  // namespace tokensieve
