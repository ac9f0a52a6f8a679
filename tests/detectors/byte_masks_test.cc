#include "detectors/byte_masks.h"

#include "detectors/bytes.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

// Bytes with all that matters among them.
std::string random_bytes(samples::generator& random, std::size_t size) {
  constexpr std::string_view k_often = "%=&\\#lUux013579AZaz+/-_\n\r\x1b ";
  std::string bytes;
  while (bytes.size() < size) {
    bytes += random.chance(4) ? static_cast<char>(random.below(256))
                              : k_often[random.below(k_often.size())];
  }
  return bytes;
}

const std::vector<std::string> k_signatures{
    "npm_",  "npm\x1b", "npm\r", "npm\\r",  "np\x1b", "np\r",
    "np\\r", "n\x1b",   "n\r",   "n\\r",    "token",  "TOKEN",
    "toKen", "H4sI",    "KLUv",  "Created "};

// Runs of letters up to three blocks long, and what may interrupt them.
std::string random_letters(samples::generator& random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    const bool spaced = random.chance(3);
    for (std::size_t left = random.below(random.chance(4) ? 200 : 24); left > 0;
         --left) {
      bytes += random.letters(samples::k_base62, 1);
      if (spaced) bytes += '\0';
    }
    bytes += random_bytes(random, 1 + random.below(3));
    if (random.chance(4)) bytes += random.pick(k_signatures);
  }
  bytes.resize(size);
  return bytes;
}

// Of all but the last two bytes, which must be readable; the blocks from
// `second` on are classified on their own.
std::pair<mask_batch, block_sets> masks_of(const byte_classifier& classify,
                                           std::string_view bytes,
                                           std::size_t second = 0) {
  const std::size_t blocks = bytes.size() / k_mask_bytes;
  mask_batch masks;
  masks.letters.front() = masks.line_ends.front() = 0;
  const char* const behind = bytes.data() + second * k_mask_bytes;
  classify.bytes(bytes.data(), second, masks, 0);
  classify.bytes(behind, blocks - second, masks, second);
  std::uint64_t signed_blocks =
      classify.signatures(bytes.data(), second, masks, 0);
  signed_blocks |= classify.signatures(behind, blocks - second, masks, second);
  for (std::size_t i = 0; i < blocks; ++i)
    EXPECT_EQ(signed_blocks >> i & 1, masks.signatures[i] != 0 ? 1U : 0U);
  const block_sets sets = classify.ends(masks, blocks);
  return {masks, sets};
}

void expect_same(const byte_classifier& one, const byte_classifier& other,
                 std::string_view bytes) {
  const auto [fast, fast_sets] = masks_of(one, bytes);
  const auto [slow, slow_sets] = masks_of(other, bytes);
  ASSERT_EQ(fast_sets.leads, slow_sets.leads);
  ASSERT_EQ(fast_sets.ends, slow_sets.ends);
  ASSERT_EQ(fast_sets.spaced, slow_sets.spaced);
  lane_masks fast_text{};
  lane_masks slow_text{};
  for (std::size_t i = 0; i < bytes.size() / k_mask_bytes; ++i) {
    ASSERT_EQ(fast.letters[i + 1], slow.letters[i + 1]);
    ASSERT_EQ(fast.line_ends[i + 1], slow.line_ends[i + 1]);
    ASSERT_EQ(fast.leads[i], slow.leads[i]);
    ASSERT_EQ(fast.pieces[i], slow.pieces[i]);
    ASSERT_EQ(fast.lines[i], slow.lines[i]);
    ASSERT_EQ(fast.spaced[i], slow.spaced[i]);
    const char* const block = bytes.data() + i * k_mask_bytes;
    lane_ends a;
    lane_ends b;
    one.text_ends(block, fast.letters[i + 1], fast.lines[i], fast_text,
                  fast_text, a);
    other.text_ends(block, slow.letters[i + 1], slow.lines[i], slow_text,
                    slow_text, b);
    ASSERT_EQ(fast_text, slow_text);
    ASSERT_EQ(a.masks, b.masks);
    ASSERT_EQ(a.any, b.any);
  }
}

TEST(byte_masks, every_processor_sees_the_same) {
  const auto classifiers = byte_classifier::usable();
  samples::generator random(1);
  for (int round = 0; round < 200; ++round) {
    const std::size_t blocks = 1 + random.below(9);
    const std::string bytes = random_bytes(random, blocks * k_mask_bytes + 2);
    for (const byte_classifier& one : classifiers.subspan(1))
      ASSERT_NO_FATAL_FAILURE(expect_same(one, classifiers.front(), bytes));
  }
}

// Is `c` one of `set`?
bool is_one_of(std::string_view set, char c) {
  return set.contains(c);
}

// Processors without a look-up of six bits at once compare halves of a byte.
bool has_halves_of(std::string_view set, char c) {
  const auto byte = [](char of) { return static_cast<unsigned char>(of); };
  return std::ranges::any_of(
             set, [&](char one) { return byte(one) / 16 == byte(c) / 16; }) &&
         std::ranges::any_of(
             set, [&](char one) { return byte(one) % 16 == byte(c) % 16; });
}

bool has_six_bits_of(std::string_view set, char c) {
  return std::ranges::any_of(
      set, [&](char one) { return (one & 0x3f) == (c & 0x3f); });
}

// What the masks of a byte must be, told byte by byte.
class expected_masks {
 public:
  explicit expected_masks(std::string_view text) : text_(text) {}

  bool letter(std::size_t at) const { return is_alnum(text_[at]); }

  // Does a run of `size` letters end at `at`?
  bool ends_run(std::size_t at, std::size_t size) const {
    if (at + 1 < size) return false;
    for (std::size_t i = at + 1 - size; i <= at; ++i) {
      if (!letter(i)) return false;
    }
    return true;
  }

  bool ends_line(std::size_t at) const {
    constexpr std::string_view k_line_ends{"\0\n\r\"',\\", 7};
    return ends_run(at, 8) && k_line_ends.contains(text_[at + 1]);
  }

  // The last of eight letters with zeros between them?
  bool ends_spaced(std::size_t at) const {
    for (std::size_t i = 0; i < 15; ++i) {
      if (i > at || (i % 2 == 0 ? !letter(at - i) : text_[at - i] != '\0'))
        return false;
    }
    return true;
  }

  // Do bytes stand here that `seem` to be those of a signature?
  bool signs(std::size_t at, bool (*seem)(std::string_view, char)) const {
    using three_sets = std::array<std::string_view, 3>;
    return std::ranges::any_of(
        std::initializer_list<three_sets>{{"p", "m", "_\x1b\r\\"},
                                          {"n", "p", "_\x1b\r\\"},
                                          {"n", "\\", "r"},
                                          {"n", "\x1b\r", ""},
                                          {"oO", "kK", "eE"},
                                          {"H", "4", "s"},
                                          {"K", "L", "U"},
                                          {"C", "r", "e"}},
        [&](const three_sets& sets) {
          return seem(sets[0], text_[at]) && seem(sets[1], text_[at + 1]) &&
                 (sets[2].empty() || seem(sets[2], text_[at + 2]));
        });
  }

  bool leads(std::size_t at) const {
    const std::string_view behind = text_.substr(at + 1);
    const auto one_of = [&](std::string_view bytes) {
      return bytes.contains(behind.front());
    };
    switch (text_[at]) {
      case '%':
        return one_of("234567");
      case '=':
        return one_of("34567\r\n\\");
      case '&':
        return one_of("#lU");
      case '\\':
        return one_of("01uUx");
      case 'e':
        return one_of("AFJN");
      default:
        return false;
    }
  }

 private:
  std::string_view text_;
};

TEST(byte_masks, see_whatever_may_matter_and_where_letters_end) {
  samples::generator random(2);
  const auto bit = [](std::uint64_t mask, std::size_t at) {
    return (mask >> at % 64 & 1) != 0;
  };
  for (int round = 0; round < 2'000; ++round) {
    const std::size_t blocks = 1 + random.below(9);
    const std::string bytes = random_letters(random, blocks * k_mask_bytes + 2);
    const expected_masks expected(bytes);
    const auto classifiers = byte_classifier::usable();
    const std::size_t chosen = random.below(classifiers.size());
    const auto [masks, sets] =
        masks_of(classifiers[chosen], bytes, random.below(blocks));
    // Each sees some signatures besides.
    const auto seem = chosen < 2 ? has_halves_of : has_six_bits_of;
    for (std::size_t at = 0; at < blocks * k_mask_bytes; ++at) {
      const std::size_t i = at / k_mask_bytes;
      const bool piece = expected.ends_run(at, 16);
      const bool line = expected.ends_line(at);
      const bool lead = expected.leads(at);
      const bool spaced = expected.ends_spaced(at);
      ASSERT_EQ(bit(masks.letters[i + 1], at), expected.letter(at)) << at;
      ASSERT_EQ(bit(masks.pieces[i], at), piece) << at;
      ASSERT_TRUE(!line || bit(masks.lines[i], at)) << at;
      ASSERT_TRUE(!lead || bit(masks.leads[i], at)) << at;
      ASSERT_TRUE(!spaced || masks.spaced[i] != 0) << at;
      ASSERT_EQ(bit(masks.signatures[i], at), expected.signs(at, seem)) << at;
      ASSERT_TRUE(!expected.signs(at, is_one_of) ||
                  bit(masks.signatures[i], at))
          << at;
      ASSERT_TRUE(!(piece || line) || bit(sets.ends, i)) << at;
      ASSERT_TRUE(!lead || bit(sets.leads, i)) << at;
      ASSERT_TRUE(!spaced || bit(sets.spaced, i)) << at;
    }
  }
}

TEST(byte_masks, letters_are_letters_and_digits) {
  std::string bytes(4 * k_mask_bytes + 2, ' ');
  for (std::size_t i = 0; i < 256; ++i)
    bytes[i] = static_cast<char>(i);
  const mask_batch masks = masks_of(byte_classifier::best(), bytes).first;
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(masks.letters[i / 64 + 1] >> (i % 64) & 1,
              is_alnum(static_cast<char>(i)) ? 1U : 0U)
        << i;
  }
}

}  // namespace
}  // namespace tokensieve
