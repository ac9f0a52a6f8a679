#include "pipeline/word_bytes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace tokensieve {
namespace {

TEST(word_bytes_test, vectors_say_what_the_portable_code_says) {
  std::mt19937 random(1);
  constexpr std::string_view k_likely = "=\r\n\t aZ09+/-_%&#;\\[\x1b";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 200, '\0');
    for (char& c : text) {
      c = random() % 4 == 0 ? static_cast<char>(random())
                            : k_likely[random() % k_likely.size()];
    }
    const word_masks found = classify_words(text);
    const word_masks expected = classify_words_portably(text);
    ASSERT_EQ(found.words, expected.words) << testing::PrintToString(text);
    ASSERT_EQ(found.letters, expected.letters) << testing::PrintToString(text);
  }
}

TEST(word_bytes_test, a_soft_line_break_ends_no_word) {
  EXPECT_EQ(classify_words("a=\r\nb c").words[0], 0b1011111U);
  EXPECT_EQ(classify_words("a\nb").words[0], 0b101U);
  // What stands in front of the text is not known.
  EXPECT_EQ(classify_words("\nb").words[0], 0b10U);
}

}  // namespace
}  // namespace tokensieve
