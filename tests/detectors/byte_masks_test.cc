#include "detectors/byte_masks.h"

#include "detectors/bytes.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

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
  }
  bytes.resize(size);
  return bytes;
}

TEST(byte_masks, every_processor_sees_the_same) {
  samples::generator random(1);
  for (int round = 0; round < 200; ++round) {
    constexpr std::size_t k_blocks = 5;
    const std::string bytes = random_bytes(random, k_blocks * k_mask_bytes + 1);
    block_masks fast[k_blocks];
    block_masks slow[k_blocks];
    letter_runs fast_runs;
    letter_runs slow_runs;
    ASSERT_EQ(
        byte_classifier::best().masks(bytes.data(), k_blocks, fast_runs, fast),
        byte_classifier::portable().masks(bytes.data(), k_blocks, slow_runs,
                                          slow));
    for (std::size_t i = 0; i < k_blocks; ++i) {
      ASSERT_EQ(fast[i].letters, slow[i].letters);
      ASSERT_EQ(fast[i].leads, slow[i].leads);
      ASSERT_EQ(fast[i].ends.pieces, slow[i].ends.pieces);
      ASSERT_EQ(fast[i].ends.lines, slow[i].ends.lines);
      ASSERT_EQ(fast[i].ends.spaced, slow[i].ends.spaced);
      const char* const block = bytes.data() + i * k_mask_bytes;
      const letter_bits a = byte_classifier::best().bits(block);
      const letter_bits b = byte_classifier::portable().bits(block);
      ASSERT_EQ(a.bit5, b.bit5);
      ASSERT_EQ(a.bit3, b.bit3);
      ASSERT_EQ(a.bit1, b.bit1);
      ASSERT_EQ(a.hex, b.hex);
      ASSERT_EQ(a.hex_low, b.hex_low);
    }
  }
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
  constexpr std::size_t k_blocks = 5;
  const auto bit = [](std::uint64_t mask, std::size_t at) {
    return (mask >> at % k_mask_bytes & 1) != 0;
  };
  for (int round = 0; round < 2'000; ++round) {
    const std::string bytes =
        random_letters(random, k_blocks * k_mask_bytes + 1);
    const expected_masks expected(bytes);
    block_masks masks[k_blocks];
    letter_runs runs;
    const std::size_t first = random.below(k_blocks);
    std::uint64_t worth =
        byte_classifier::best().masks(bytes.data(), first, runs, masks);
    worth |=
        byte_classifier::best().masks(bytes.data() + first * k_mask_bytes,
                                      k_blocks - first, runs, masks + first)
        << first;
    for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
      const block_masks& of = masks[at / k_mask_bytes];
      ASSERT_EQ(bit(of.letters, at), expected.letter(at)) << at;
      ASSERT_EQ(bit(of.ends.pieces, at), expected.ends_run(at, 16)) << at;
      const bool line = expected.ends_line(at);
      const bool lead = expected.leads(at);
      const bool spaced = expected.ends_spaced(at);
      ASSERT_TRUE(!line || bit(of.ends.lines, at)) << at;
      ASSERT_TRUE(!lead || bit(of.leads, at)) << at;
      ASSERT_TRUE(!spaced || of.ends.spaced != 0) << at;
      if (!line && !lead && !spaced && !bit(of.ends.pieces, at)) continue;
      ASSERT_TRUE(bit(worth, at / k_mask_bytes)) << at;
    }
  }
}

TEST(byte_masks, letters_are_letters_and_digits) {
  std::string bytes(4 * k_mask_bytes + 1, ' ');
  for (std::size_t i = 0; i < 256; ++i)
    bytes[i] = static_cast<char>(i);
  block_masks masks[4];
  letter_runs runs;
  (void)byte_classifier::best().masks(bytes.data(), 4, runs, masks);
  for (std::size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(masks[i / 64].letters >> (i % 64) & 1,
              is_alnum(static_cast<char>(i)) ? 1U : 0U)
        << i;
  }
}

}  // namespace
}  // namespace tokensieve
