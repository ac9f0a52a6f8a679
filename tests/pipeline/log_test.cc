#include "pipeline/log.h"

#include "pipeline/log_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <source_location>
#include <string>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

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

// The places of this process that have spoken are told apart by their lines, so
// each case below has its own.

TEST(log_test, a_place_that_says_much_is_cut_and_others_are_not) {
  const auto lines = logged({}, [] {
    for (int i = 0; i < 100; ++i)
      log_warn("broker {} is down", i);
    log_info("another place");
  });
  EXPECT_EQ(std::ranges::count(lines, '\n'),
            static_cast<std::ptrdiff_t>(log_limiter::k_lines) + 1);
  EXPECT_THAT(lines, HasSubstr(" warning broker 0 is down\n"));
  EXPECT_THAT(lines, Not(HasSubstr("broker 99")));
  EXPECT_THAT(lines, HasSubstr(" info another place\n"));
}

TEST(log_test, what_is_below_the_level_takes_nothing_from_a_place) {
  const auto warn_or_info = [](bool warn) {
    // One place, whose level differs.
    log_from(std::source_location::current(),
             warn ? log_level::warn : log_level::info, "x",
             fmt::make_format_args());
  };
  const auto lines =
      logged({.level = log_level::warn, .format = log_format::text}, [&] {
        for (int i = 0; i < 100; ++i)
          warn_or_info(false);
        warn_or_info(true);
      });
  EXPECT_THAT(lines, HasSubstr(" warning x\n"));
}

TEST(log_test, why_the_process_ends_is_always_written) {
  const auto lines = logged({}, [] {
    for (int i = 0; i < 100; ++i)
      log_end("the end");
  });
  EXPECT_EQ(std::ranges::count(lines, '\n'), 100);
}

TEST(log_test, a_library_speaks_in_our_form_and_each_facility_is_a_place) {
  const auto lines = logged({}, [] {
    for (int i = 0; i < 100; ++i)
      log_library("kafka", "FAIL", log_level::error, "one\ntwo");
    log_library("kafka", "SESSTMOUT", log_level::warn, "session timed out");
  });
  EXPECT_EQ(std::ranges::count(lines, '\n'),
            static_cast<std::ptrdiff_t>(log_limiter::k_lines) + 1);
  EXPECT_THAT(lines, HasSubstr("Z error kafka: FAIL: one\\u000atwo\n"));
  EXPECT_THAT(lines, HasSubstr("Z warning kafka: SESSTMOUT: session timed "
                               "out\n"));
}

}  // namespace
}  // namespace tokensieve
