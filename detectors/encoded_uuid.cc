#include "detectors/encoded_uuid.h"

#include "detectors/bytes.h"
#include "detectors/letters.h"
#include "detectors/token_form.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

namespace tokensieve {
namespace {

constexpr std::size_t k_group = 4;

// The three bytes of a group; false where it has other letters than those of
// hex digits and dashes.
bool decode_group(std::string_view letters, char* out) noexcept {
  std::uint32_t value = 0;
  for (const char c : letters) {
    const std::uint8_t bits =
        k_base64_alphabet.values[static_cast<unsigned char>(c)];
    if (bits == alphabet::k_none) return false;
    value = value << k_base64_alphabet.bits | bits;
  }
  for (int i = 0; i < 3; ++i) {
    out[i] = static_cast<char>(value >> (16 - 8 * i) & 0xff);
    if (!is_hex(out[i]) && out[i] != '-') return false;
  }
  return true;
}

// Nothing but what `echo` puts behind a value.
bool ends_at_value(std::string_view behind) noexcept {
  const bool goes_on = !behind.empty() &&
                       (is_alnum(behind.front()) || stands_at(behind, 0, "+") ||
                        stands_at(behind, 0, "/"));
  return !goes_on || behind.starts_with("Cg==") || behind.starts_with("DQo=");
}

}  // namespace

bool may_be_encoded_uuid(std::string_view raw, std::size_t at) noexcept {
  const std::string_view letters = raw.substr(at, k_group);
  std::array<char, 3> bytes{};
  return letters.size() == k_group && decode_group(letters, bytes.data());
}

std::optional<secret> encoded_uuid_at(std::string_view text,
                                      std::size_t at) noexcept {
  if (at > text.size() || text.size() - at < k_encoded_uuid_size)
    return std::nullopt;
  const std::string_view letters = text.substr(at, k_encoded_uuid_size);
  std::array<char, k_uuid_size> bytes{};
  std::optional<secret> found;
  std::size_t group = 0;
  while (group < k_uuid_size / 3 &&
         decode_group(letters.substr(group * k_group, k_group),
                      bytes.data() + group * 3)) {
    ++group;
  }
  const std::string_view uuid(bytes.data(), bytes.size());
  if (group == k_uuid_size / 3 && is_uuid_form(uuid, 0) &&
      !is_uuid_placeholder(uuid) &&
      ends_at_value(text.substr(at + k_encoded_uuid_size))) {
    found.emplace(uuid);
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return found;
}

}  // namespace tokensieve
