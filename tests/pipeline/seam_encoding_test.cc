// A token in an encoding, cut wherever: found once, where the log as one text
// says that it stands.

#include "tests/detectors/encoders.h"
#include "tests/pipeline/seam_fixture.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

struct encoded_form {
  std::string name;
  std::function<std::string(const std::string& text, samples::generator&)> make;
};

void PrintTo(const encoded_form& form, std::ostream* out) {
  *out << form.name;
}

std::string folded(const std::string& text, std::size_t column,
                   const char* prefix, samples::generator& random) {
  std::size_t begin = 0;
  return encoders::fold(samples::base64(text), column, prefix, "\n", random,
                        begin);
}

std::vector<encoded_form> forms() {
  std::vector<encoded_form> all;
  for (const std::string& name : encoders::names()) {
    std::string label = name;
    std::ranges::replace(label, '-', '_');
    all.push_back({label, [name](const auto& text, auto& random) {
                     return encoders::wrap(name, text, random).text;
                   }});
    all.push_back(
        {label + "_in_base64", [name](const auto& text, auto& random) {
           return samples::base64(encoders::wrap(name, text, random).text);
         }});
  }
  all.push_back({"escape_in_braces", [](const auto& text, auto&) {
                   std::string made;
                   for (const char c : text)
                     made += encoders::one("\\u{%x}", c);
                   return made;
                 }});
  all.push_back({"base64_three_times", [](const auto& text, auto&) {
                   return samples::base64(
                       samples::base64(samples::base64(text)));
                 }});
  for (const std::size_t column : {12, 20, 64, 76}) {
    const std::string number = std::to_string(column);
    all.push_back({"folded_at_" + number,
                   [column = column](const auto& text, auto& random) {
                     return folded(text, column, "", random);
                   }});
    all.push_back({"folded_behind_times_at_" + number,
                   [column = column](const auto& text, auto& random) {
                     return folded(text, column, "2026-11-24T0#:##:##.###Z ",
                                   random);
                   }});
  }
  return all;
}

class each_encoding : public seam_table_test,
                      public testing::WithParamInterface<encoded_form> {
 protected:
  std::string text() {
    return "npm ci \"x\"\tü\nrun\n" +
           GetParam().make("registry=https://npm.corp.example/\nT=" + token_ +
                               "\nalways-auth=true\n",
                           random_) +
           "\nend of it\n";
  }

  std::vector<seen> found() const { return without_order(requests_); }
  std::vector<seen> wanted(const std::string& all,
                           const std::vector<std::size_t>& cuts) const {
    return without_order(expected(all, cuts));
  }

 private:
  // Of UTF-16 that is not known to its end the byte order is not, and where it
  // begins may be a byte beside.
  static std::vector<seen> without_order(std::vector<seen> all) {
    for (seen& one : all) {
      if (one.encodings.contains("utf-16")) one = {one.token, one.registry};
    }
    return all;
  }
};

TEST_P(each_encoding, cut_in_two_is_found_once) {
  const std::string all = text();
  ASSERT_EQ(samples::scan(all).size(), 1U) << all;
  for (std::size_t cut = 1; cut < all.size(); ++cut) {
    if (is_within_character(all, cut)) continue;
    start();
    arrive_cut(all, {cut}, 1 + cut % 2);
    ASSERT_EQ(found(), wanted(all, {cut})) << "cut at " << cut;
    ASSERT_EQ(sightings_, 0U) << "cut at " << cut;
  }
}

TEST_P(each_encoding, cut_in_many_is_found_once) {
  const std::string all = text();
  if (all.size() >= k_seam_reach) return;  // more than a seam holds
  for (const std::size_t size : {4, 17, 40, 100}) {
    for (std::size_t first = 1; first <= size; first += 1 + size / 4) {
      std::vector<std::size_t> cuts;
      for (std::size_t at = first; at < all.size(); at += size) {
        if (!is_within_character(all, at)) cuts.push_back(at);
      }
      start();
      arrive_cut(all, cuts, 1 + size % 3);
      ASSERT_EQ(found(), wanted(all, cuts)) << size << " from " << first;
      ASSERT_EQ(sightings_, 0U) << size << " from " << first;
    }
  }
}

// So many that the work for one join would not do for all of them.
TEST_P(each_encoding, many_cut_wherever_are_all_found) {
  constexpr std::size_t k_tokens = 60;
  std::set<std::string> tokens;
  std::string all;
  while (tokens.size() < k_tokens) {
    const std::string token = samples::granular(random_);
    tokens.insert(token);
    all += GetParam().make("T=" + token + '\n', random_) + '\n';
  }
  for (const std::size_t size : {90, 300, 1000}) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = random_.below(size) + 1; at < all.size();
         at += size / 2 + random_.below(size)) {
      if (!is_within_character(all, at)) cuts.push_back(at);
    }
    start();
    arrive_cut(all, cuts, k_tokens);
    std::set<std::string> seen_tokens;
    for (const seen& one : requests_)
      seen_tokens.insert(one.token);
    EXPECT_EQ(seen_tokens, tokens) << size;
  }
}

// Chunks without a line end are lines first, of which the first ones may seem
// to be a folded block, and then one text.
TEST_P(each_encoding, alone_cut_unevenly_is_found_once) {
  for (int round = 0; round < 40; ++round) {
    const std::string all = GetParam().make("T=" + token_, random_);
    if (all.size() >= k_seam_reach || all.contains('\n')) return;
    std::vector<std::size_t> cuts;
    for (std::size_t at = 1 + random_.below(all.size() / 2); at < all.size();
         at += 1 + random_.below(random_.chance(2) ? 12 : all.size())) {
      cuts.push_back(at);
    }
    start();
    arrive_cut(all, cuts, 1 + random_.below(4));
    ASSERT_EQ(requests_.size(), 1U) << all << testing::PrintToString(cuts);
    EXPECT_EQ(requests_[0].token, token_);
    EXPECT_EQ(sightings_, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(seams, each_encoding, testing::ValuesIn(forms()),
                         [](const auto& form) { return form.param.name; });

}  // namespace
}  // namespace tokensieve
