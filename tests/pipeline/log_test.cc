#include "pipeline/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <string>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr const char* k_time =
    "[0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+\\.[0-9]+Z";

template <typename Write>
std::string logged(log_config settings, Write write) {
  testing::internal::CaptureStderr();
  set_up_log(settings);
  write();
  spdlog::default_logger()->flush();
  return testing::internal::GetCapturedStderr();
}

TEST(log_test, a_line_of_text_holds_time_level_and_message) {
  EXPECT_THAT(logged({}, [] { spdlog::info("ready"); }),
              MatchesRegex(std::string{k_time} + " info ready\n"));
}

TEST(log_test, a_line_of_json_holds_time_level_and_message) {
  EXPECT_THAT(
      logged({.level = log_level::info, .format = log_format::json},
             [] { spdlog::warn("ready"); }),
      MatchesRegex("\\{\"time\":\"" + std::string{k_time} +
                   "\",\"level\":\"warning\",\"message\":\"ready\"\\}\n"));
}

TEST(log_test, what_is_below_the_level_is_not_written) {
  EXPECT_EQ(logged({.level = log_level::error, .format = log_format::text},
                   [] {
                     spdlog::warn("a");
                     spdlog::info("b");
                     spdlog::debug("c");
                   }),
            "");
  EXPECT_THAT(logged({.level = log_level::debug, .format = log_format::text},
                     [] { spdlog::debug("c"); }),
              HasSubstr(" debug c\n"));
}

TEST(log_test, json_stays_valid_whatever_a_message_holds) {
  const auto line =
      logged({.level = log_level::info, .format = log_format::json}, [] {
        spdlog::info("{}", std::string_view{"q\" b\\ \n\t\x1b[31m \xff "
                                            "\xc2\x9b \xc3\xa4\0z",
                                            23});
      });
  EXPECT_THAT(line, HasSubstr("\"q\\\" b\\\\ \\u000a\\u0009\\u001b[31m "
                              "\xEF\xBF\xBD \\u009b \xc3\xa4\\u0000z\"}\n"));
}

TEST(log_test, text_stays_one_line_and_sends_a_terminal_nothing) {
  const auto line = logged(
      {}, [] { spdlog::info("one\ntwo \x1b[31m \xc2\x9b \"quoted\" \\"); });
  EXPECT_THAT(line, HasSubstr("one\\u000atwo \\u001b[31m \\u009b "
                              "\"quoted\" \\\n"));
}

}  // namespace
}  // namespace tokensieve
