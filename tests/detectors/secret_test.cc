#include "detectors/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace tokensieve {
namespace {

constexpr std::string_view k_value = "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";

bool holds(const std::byte* bytes, std::size_t size, std::string_view text) {
  const std::string_view all(reinterpret_cast<const char*>(bytes), size);
  return all.find(text) != all.npos;
}

TEST(secret, reveals_what_it_was_given) {
  const secret token(k_value);
  EXPECT_EQ(token.reveal(), k_value);
}

TEST(secret, holds_the_longest_token) {
  const std::string longest(secret::k_max_size, 'x');
  const secret token(longest);
  EXPECT_EQ(token.reveal(), longest);
}

TEST(secret, moves_and_leaves_nothing_behind) {
  alignas(secret) std::array<std::byte, sizeof(secret)> memory{};
  auto* const from = new (memory.data()) secret(k_value);
  ASSERT_TRUE(holds(memory.data(), memory.size(), k_value));
  const secret to = std::move(*from);
  EXPECT_EQ(to.reveal(), k_value);
  EXPECT_FALSE(holds(memory.data(), memory.size(), k_value.substr(4, 8)));
  from->~secret();
}

TEST(secret, is_wiped_when_it_dies) {
  alignas(secret) std::array<std::byte, sizeof(secret)> memory{};
  auto* const token = new (memory.data()) secret(k_value);
  ASSERT_TRUE(holds(memory.data(), memory.size(), k_value));
  token->~secret();
  EXPECT_FALSE(holds(memory.data(), memory.size(), k_value.substr(4, 8)));
}

TEST(secret, assignment_leaves_no_end_of_the_longer_value) {
  alignas(secret) std::array<std::byte, sizeof(secret)> memory{};
  auto* const token = new (memory.data()) secret(k_value);
  *token = secret("short");
  EXPECT_EQ(token->reveal(), "short");
  EXPECT_FALSE(holds(memory.data(), memory.size(), k_value.substr(20)));
  token->~secret();
}

TEST(fingerprint, is_the_plain_sha_256_of_the_value) {
  EXPECT_EQ(fingerprint_of(secret("abc")).to_string(),
            "sha256:ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad");
}

TEST(display, shows_eight_first_and_four_last_characters) {
  EXPECT_EQ(display_of(secret(k_value)), "npm_SYNT...VOnr");
  EXPECT_EQ(display_of(secret("5AFE0000-0040-4000-8000-5eed5eed5eed")),
            "5AFE0000...5eed");
}

TEST(display, leaves_the_prefix_of_nexus_out) {
  EXPECT_EQ(display_of(secret("NpmToken.5afe0000-0040-4000-8000-5eed5eed5e0d")),
            "5afe0000...5e0d");
}

TEST(display, shows_nothing_of_what_it_would_show_whole) {
  EXPECT_EQ(display_of(secret("npm_SYNTHETI")), "...");
}

}  // namespace
}  // namespace tokensieve
