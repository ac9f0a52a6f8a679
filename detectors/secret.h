#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// The value of a token, and the only type that holds one.
///
/// It cannot be printed, formatted, hashed, compared or copied by accident:
/// none of those operations exists (`tests/detectors/compile_fail` proves it).
/// Identity is `token_fingerprint`. The bytes are wiped on destruction and
/// when moved from. Not thread-safe; owned by one finding at a time.
class secret {
 public:
  /// The longest token: `NpmToken.` and a UUID are 45 bytes.
  static constexpr std::size_t k_max_size = 48;

  /// Copies `value`. REQUIRES: value.size() <= k_max_size.
  explicit secret(std::string_view value) noexcept;
  secret(secret&& other) noexcept;
  secret& operator=(secret&& other) noexcept;
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;
  ~secret();

  /// The bytes. A value may be revealed where a request is written, where it
  /// is hashed and where it is masked, and nowhere else: a lint test holds
  /// the list of places. Valid while the secret lives.
  [[nodiscard]] std::string_view reveal() const& noexcept {
    return {bytes_.data(), size_};
  }
  std::string_view reveal() && = delete;

  bool operator==(const secret&) const = delete;

 private:
  void wipe() noexcept;

  std::array<char, k_max_size> bytes_{};
  std::uint8_t size_ = 0;
};

/// SHA-256 of a token's value: its identity, safe to log and to compare.
struct token_fingerprint {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const token_fingerprint&) const = default;

  /// `sha256:` and 64 lower-case hex digits, as requests carry it.
  [[nodiscard]] std::string to_string() const;
};

/// The reverse of `to_string`; hex digits of either case.
[[nodiscard]] std::optional<token_fingerprint> parse_fingerprint(
    std::string_view text) noexcept;

[[nodiscard]] token_fingerprint fingerprint_of(const secret& token);

/// What may be shown of a token: its first 8 and last 4 characters with `...`
/// between, those of the UUID for `NpmToken.` + UUID.
[[nodiscard]] std::string display_of(const secret& token);

}  // namespace tokensieve
