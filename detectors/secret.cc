#include "detectors/secret.h"

#include "detectors/token_form.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <memory>
#include <new>

namespace tokensieve {

secret::secret(std::string_view value) noexcept
    : size_(static_cast<std::uint8_t>(value.size())) {
  assert(value.size() <= k_max_size);
  std::copy(value.begin(), value.end(), bytes_.begin());
}

secret::secret(secret&& other) noexcept
    : bytes_(other.bytes_), size_(other.size_) {
  other.wipe();
}

secret& secret::operator=(secret&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    size_ = other.size_;
    other.wipe();
  }
  return *this;
}

secret::~secret() {
  if (size_ != 0) wipe();  // none, or one that moved, holds nothing
}

// A plain fill of bytes that nobody reads again is what compilers remove.
void secret::wipe() noexcept {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
  size_ = 0;
}

token_fingerprint fingerprint_of(const secret& token) {
  // What EVP_sha256() names is looked up anew by each digest.
  static const EVP_MD* const k_sha256 =
      EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  struct freed {
    void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
  };
  // When it is done it holds nothing of the token.
  thread_local const std::unique_ptr<EVP_MD_CTX, freed> digest(
      EVP_MD_CTX_new());
  token_fingerprint result;
  const std::string_view value = token.reveal();
  if (digest == nullptr ||
      EVP_DigestInit_ex(digest.get(), k_sha256, nullptr) != 1 ||
      EVP_DigestUpdate(digest.get(), value.data(), value.size()) != 1 ||
      EVP_DigestFinal_ex(digest.get(), result.bytes.data(), nullptr) != 1) {
    throw std::bad_alloc();  // SHA-256 of 48 bytes fails for no other reason
  }
  return result;
}

std::string token_fingerprint::to_string() const {
  static constexpr std::string_view k_digits = "0123456789abcdef";
  std::string text = "sha256:";
  for (const std::uint8_t byte : bytes) {
    text += k_digits[byte >> 4];
    text += k_digits[byte & 0x0f];
  }
  return text;
}

std::optional<token_fingerprint> parse_fingerprint(
    std::string_view text) noexcept {
  constexpr std::string_view k_prefix = "sha256:";
  token_fingerprint parsed;
  bool good = text.starts_with(k_prefix) &&
              text.size() == k_prefix.size() + 2 * parsed.bytes.size();
  for (std::size_t i = 0; good && i < parsed.bytes.size(); ++i) {
    const char* digits = text.data() + k_prefix.size() + 2 * i;
    good = std::from_chars(digits, digits + 2, parsed.bytes[i], 16).ptr ==
           digits + 2;
  }
  if (!good) return std::nullopt;
  return parsed;
}

std::string display_of(const secret& token) {
  constexpr std::size_t k_head = 8;
  constexpr std::size_t k_tail = 4;
  std::string_view shown = token.reveal();
  if (shown.starts_with(k_nexus_prefix)) {
    shown.remove_prefix(k_nexus_prefix.size());
  }
  if (shown.size() <= k_head + k_tail) return "...";
  std::string text(shown.substr(0, k_head));
  text += "...";
  text += shown.substr(shown.size() - k_tail);
  return text;
}

}  // namespace tokensieve
