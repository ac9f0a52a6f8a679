#include "pipeline/demo_samples.h"
#include "tests/pipeline/program.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

namespace tokensieve {
namespace {

using testing::HasSubstr;

// Of tokens as the samples write them, the rest stands in base64.
std::set<std::string> tokens_in(const std::string& text) {
  static const std::regex k_token(
      "npm_[0-9A-Za-z]{36}|5afe0000-000[23]-[0-9a-f]{4}-[0-9a-f]{4}-"
      "[0-9a-f]{12}");
  return {std::sregex_token_iterator(text.begin(), text.end(), k_token), {}};
}

std::set<std::string> displays_in(const std::string& text) {
  static const std::regex k_display("[0-9A-Za-z_]{8}\\.\\.\\.[0-9A-Za-z]{4}");
  return {std::sregex_token_iterator(text.begin(), text.end(), k_display), {}};
}

std::string display(const std::string& token) {
  return token.substr(0, 8) + "..." + token.substr(token.size() - 4);
}

class demo_program_test : public testing::Test {
 protected:
  static constexpr std::uint64_t k_events = 400;

  temporary_folder folder_;
  const program_result done_ =
      run_program(folder_.path(), {"demo", "--seconds", "2", "--rate", "200"});
};

TEST_F(demo_program_test, it_ends_by_itself_with_every_event_read) {
  EXPECT_EQ(done_.status, 0) << done_.err;
  EXPECT_THAT(done_.out, HasSubstr(std::to_string(k_events) + " events"));
}

TEST_F(demo_program_test, the_table_shows_each_token_that_was_sent_once) {
  std::set<std::string> sent;
  for (std::uint64_t number = 0; number < k_events; ++number) {
    for (const std::string& token : tokens_in(make_demo_event(number).value))
      sent.insert(display(token));
  }
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(displays_in(done_.out), sent);
  EXPECT_THAT(done_.out, HasSubstr("4 revocation requests; 0 repeats"));
}

TEST_F(demo_program_test, no_whole_token_is_shown) {
  EXPECT_TRUE(tokens_in(done_.out).empty()) << done_.out;
  EXPECT_TRUE(tokens_in(done_.err).empty()) << done_.err;
}

}  // namespace
}  // namespace tokensieve
