#include "tests/pipeline/seam_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::UnorderedElementsAreArray;

/// Whatever is cut wherever: the log as one text says what must be found.
class seam_cut_test : public seam_table_test {};

/// Texts that hold one token each, in each form that a cut may meet.
class each_cut : public seam_cut_test,
                 public testing::WithParamInterface<const char*> {
 protected:
  std::string text() {
    const std::string form = GetParam();
    const std::string before = "npm ci \"x\"\tü\nrun\n";
    if (form == "granular") return before + "T=" + token_ + " end\n";
    if (form == "granular_with_registry") {
      return before + "//npm.corp.example/a/:_authToken=" + token_ + "\n";
    }
    if (form == "legacy") {
      return before + "//npm.corp.example:8443/a/:_authToken=" + uuid_ + "\n";
    }
    if (form == "variable") return before + "NPM_TOKEN: \"" + uuid_ + "\"\n";
    if (form == "coloured") {
      return before + "\x1b[1mn\x1b[31mpm_\x1b[m" + token_.substr(4, 9) +
             "\x1b[0m" + token_.substr(13) + "\n";
    }
    return before + "x " +
           samples::base64("{\"NPM_TOKEN\":\"" + token_ + "\"}") + " end\n";
  }
};

TEST_P(each_cut, in_two_is_found_once_at_its_first_byte) {
  const std::string all = text();
  ASSERT_EQ(samples::scan(all).size(), 1U);
  for (std::size_t cut = 1; cut < all.size(); ++cut) {
    if (is_within_character(all, cut)) continue;
    start();
    arrive_cut(all, {cut}, 1 + cut % 2);
    EXPECT_EQ(requests_, expected(all, {cut})) << "cut at " << cut;
    EXPECT_EQ(sightings_, 0U) << "cut at " << cut;
  }
}

TEST_P(each_cut, in_three_is_found_once_at_its_first_byte) {
  const std::string all = text();
  for (std::size_t first = 1; first < all.size(); ++first) {
    for (std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{30}}) {
      if (first + size >= all.size() || is_within_character(all, first) ||
          is_within_character(all, first + size)) {
        continue;
      }
      const std::vector<std::size_t> cuts{first, first + size};
      start();
      arrive_cut(all, cuts, 2);
      EXPECT_EQ(requests_, expected(all, cuts)) << first << "+" << size;
      EXPECT_EQ(sightings_, 0U);
    }
  }
}

TEST_P(each_cut, behind_a_long_text_is_found_once_at_its_first_byte) {
  std::string filler;
  while (filler.size() < 3000)
    filler += "line " + samples::base64(random_.bytes(20)) + "\n";
  const std::string all = filler + text() + filler;
  for (std::size_t cut = filler.size(); cut < all.size() - filler.size();
       ++cut) {
    if (is_within_character(all, cut)) continue;
    start();
    arrive_cut(all, {cut});
    EXPECT_EQ(requests_, expected(all, {cut})) << "cut at " << cut;
  }
}

INSTANTIATE_TEST_SUITE_P(seams, each_cut,
                         testing::Values("granular", "granular_with_registry",
                                         "legacy", "variable", "coloured",
                                         "base64"),
                         [](const auto& form) { return form.param; });

TEST_F(seam_cut_test, chunks_of_one_byte_are_joined) {
  const std::string all = "a\n//npm.corp.example/:_authToken=" + token_ +
                          "\nNPM_TOKEN=" + uuid_ + " \n";
  std::vector<std::size_t> cuts;
  for (std::size_t i = 1; i < all.size(); ++i)
    cuts.push_back(i);
  start();
  arrive_cut(all, cuts, 5);
  EXPECT_EQ(requests_, expected(all, cuts));
  EXPECT_EQ(sightings_, 0U);
}

// The whole log, scanned as one text, says what its chunks must yield.
TEST_F(seam_cut_test, random_cuts_of_random_logs_yield_what_the_log_does) {
  for (int round = 0; round < 400; ++round) {
    std::string all = "log\n";
    const std::size_t parts = 2 + random_.below(8);
    for (std::size_t i = 0; i < parts; ++i) {
      const std::string token = samples::granular(random_);
      switch (random_.below(7)) {
        case 0:
          all += "//npm.corp.example/p" + std::to_string(i) +
                 "/:_authToken=" + token + "\n";
          break;
        case 1:
          all += "NPM_TOKEN=" + samples::uuid(random_) + "\n";
          break;
        case 2:
          all += "x " + samples::base64("k: " + token + "\n") + "\n";
          break;
        case 3:
          all += "\x1b[31mnpm_\x1b[0m" + token.substr(4) + "\n";
          break;
        case 4:
          all += token + token.substr(0, random_.below(40)) + "\n";
          break;
        case 5:
          all += std::string(random_.below(1500), "ab \"\\"[random_.below(5)]);
          all += '\n';
          break;
        default:
          all += "npm_config_x npm ERR! ü " + std::to_string(i) + "\n";
      }
    }
    std::vector<std::size_t> cuts;
    const std::size_t step = 1 + random_.below(random_.chance(3) ? 20 : 600);
    for (std::size_t at = 4 + random_.below(step); at < all.size();
         at += 1 + random_.below(step)) {
      if (!is_within_character(all, at)) cuts.push_back(at);
    }
    start();
    arrive_cut(all, cuts, 1 + random_.below(4));
    std::vector<seen> want;
    for (const seen& one : expected(all, cuts))
      want.push_back(one);
    EXPECT_THAT(requests_, UnorderedElementsAreArray(want))
        << "round " << round << " cuts " << testing::PrintToString(cuts) << "\n"
        << all;
    EXPECT_EQ(sightings_, 0U) << "round " << round;
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace tokensieve
