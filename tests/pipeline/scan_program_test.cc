#include "tests/detectors/samples.h"
#include "tests/pipeline/program.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class scan_program_test : public testing::Test {
 protected:
  program_result scan(std::vector<std::string> arguments,
                      const program_streams& streams = {}) {
    arguments.insert(arguments.begin(), "scan");
    return run_program(folder_.path(), std::move(arguments), streams);
  }

  std::string log_with(const std::string& token) {
    return "npm ci\n//npm.corp.example/:_authToken=" + token + "\ndone\n";
  }

  samples::generator random_{5};
  temporary_folder folder_;
  const std::string token_ = samples::granular(random_);
  const std::string leaky_ = folder_.write("leaky.log", log_with(token_));
  const std::string clean_ = folder_.write("clean.log", "npm ci\ndone\n");
};

TEST_F(scan_program_test, nothing_found_is_status_0_and_no_output) {
  const program_result done = scan({clean_});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, IsEmpty());
  EXPECT_THAT(done.err, HasSubstr("0 tokens found"));
}

TEST_F(scan_program_test, findings_are_status_1_and_a_request_a_line) {
  const program_result done = scan({leaky_});
  EXPECT_EQ(done.status, 1) << done.err;
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 1);
  EXPECT_THAT(done.out, HasSubstr("\"action\":\"revoke\""));
  EXPECT_THAT(done.out, HasSubstr("\"value\":\"" + token_ + "\""));
  EXPECT_THAT(done.out, HasSubstr("\"registry\":\"npm.corp.example/\""));
  EXPECT_THAT(done.out, HasSubstr("\"line\":2,\"column\":32"));
}

TEST_F(scan_program_test,
       an_unreadable_input_is_status_2_and_the_rest_is_read) {
  const program_result done = scan({folder_.path() + "/missing", leaky_});
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.err, HasSubstr("/missing: No such file"));
  EXPECT_THAT(done.out, HasSubstr(token_));
}

TEST_F(scan_program_test, a_wrong_flag_is_status_2) {
  const program_result done = scan({"--no-such-flag", clean_});
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.out, IsEmpty());
  EXPECT_THAT(done.err, Not(IsEmpty()));
}

TEST_F(scan_program_test, no_token_is_printed_on_standard_error) {
  for (const std::string_view output : {"json", "table"})
    EXPECT_THAT(scan({"--output", std::string(output), leaky_}).err,
                Not(HasSubstr(token_)));
}

TEST_F(scan_program_test, a_token_cut_by_two_events_is_that_of_the_first) {
  const auto chunk = [](const std::string& text) {
    return R"({"type":"build_log","stream":"1","text":")" + text + "\"}\n";
  };
  const std::string cut = folder_.write(
      "cut.ndjson", chunk("a\\n") + chunk("b\\nT=" + token_.substr(0, 17)) +
                        chunk(token_.substr(17) + "\\n"));
  const program_result done = scan({"--all", cut});
  EXPECT_EQ(done.status, 1) << done.err;
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 1);
  EXPECT_THAT(done.out, HasSubstr("\"value\":\"" + token_ + "\""));
  EXPECT_THAT(done.out, HasSubstr("\"line\":2,\"column\":3"));
  EXPECT_THAT(done.out, HasSubstr("\"record\":2"));
}

// The last line has no end, so it is read with what stands in front of it.
TEST_F(scan_program_test, a_run_that_may_go_on_is_told_once) {
  const std::string run =
      samples::base64("T=" + token_ + "\n", "+/", false) + "\n";
  const std::string text = folder_.write("run.log", "$ x\n" + run + "ok 1");
  const program_result done = scan({"--all", "--input", "text", text});
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 1) << done.out;
}

TEST_F(scan_program_test, redacted_output_shows_the_display_only) {
  const program_result done = scan({"--redact", "--all", leaky_, leaky_});
  EXPECT_EQ(done.status, 1);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 2);
  EXPECT_THAT(done.out, HasSubstr(token_.substr(0, 8) + "..." +
                                  token_.substr(token_.size() - 4)));
  EXPECT_THAT(done.out, Not(HasSubstr(token_)));
}

TEST_F(scan_program_test, the_table_shows_no_token_and_no_control_character) {
  const std::string named = folder_.write("a\x1b[2J", log_with(token_));
  const std::string other = samples::granular(random_);
  const std::string event = folder_.write(
      "event",
      R"({"type":"build_log","text":"x","\u001b[2J\u0007":"NPM_TOKEN=)" +
          other + "\"}\n");
  const program_result done = scan({"--output", "table", named, event});
  EXPECT_EQ(done.status, 1) << done.err;
  EXPECT_THAT(done.out, HasSubstr("TOKEN"));
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3);
  EXPECT_TRUE(std::ranges::none_of(done.out, [](unsigned char byte) {
    return (byte < 0x20 && byte != '\n') || byte == 0x7f;
  })) << testing::PrintToString(done.out);
  EXPECT_THAT(done.out, Not(HasSubstr(token_)));
  EXPECT_THAT(done.out, Not(HasSubstr(other)));
}

TEST_F(scan_program_test, the_table_shows_text_that_no_terminal_obeys) {
  const std::vector<std::pair<std::string, std::string>> names{
      {"\xC2\x9B"
       "2J",
       "?2J"},  // a control sequence of eight bits
      {"\x9B"
       "2J",
       "?2J"},
      {"\xF0\x9F", "??"},
      {"\xC3\xA9t\xC3\xA9 \xF0\x9F\x94\x91",
       "\xC3\xA9t\xC3\xA9 \xF0\x9F\x94\x91"}};
  for (const auto& [name, shown] : names) {
    const program_result done =
        scan({"--output", "table", folder_.write(name, log_with(token_))});
    EXPECT_THAT(done.out, HasSubstr("/" + shown + ":2:32\n"));
  }
}

TEST_F(scan_program_test, a_token_is_a_request_once_over_all_files) {
  EXPECT_EQ(std::ranges::count(scan({leaky_, leaky_}).out, '\n'), 1);
  const program_result all = scan({"--all", leaky_, leaky_});
  EXPECT_EQ(std::ranges::count(all.out, '\n'), 2);
  EXPECT_THAT(all.out, HasSubstr("\"action\":\"none\""));
  EXPECT_THAT(all.err, HasSubstr("1 token found, 1 repeat"));
}

TEST_F(scan_program_test, files_are_reported_in_the_order_given) {
  const std::string other = samples::granular(random_);
  const std::string second = folder_.write("b.log", log_with(other));
  const program_result done = scan({second, clean_, leaky_});
  EXPECT_LT(done.out.find(other), done.out.find(token_));
  EXPECT_THAT(done.out, HasSubstr(token_));
}

TEST_F(scan_program_test, a_dash_is_standard_input) {
  const program_result done = scan({"-"}, {.in = leaky_});
  EXPECT_EQ(done.status, 1) << done.err;
  EXPECT_THAT(done.out,
              HasSubstr("\"origin\":{\"file\":\"-\",\"record\":null}"));
}

TEST_F(scan_program_test, an_event_has_its_number) {
  const std::string events =
      folder_.write("events",
                    "{\"type\":\"build_log\",\"text\":\"npm ci\"}\n"
                    "{\"type\":\"build_log\",\"text\":\"x " +
                        token_ + "\"}\n");
  const program_result done = scan({events});
  EXPECT_THAT(done.out, HasSubstr("\"record\":2}"));
  EXPECT_THAT(done.out, HasSubstr("\"field\":\"/text\""));
}

TEST_F(scan_program_test, a_full_disk_is_status_2_and_told) {
  const program_result done = scan({leaky_}, {.out = "/dev/full"});
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.err, HasSubstr("No space left on device"));
  EXPECT_THAT(done.err, Not(HasSubstr(token_)));
}

TEST_F(scan_program_test, a_reader_that_went_away_is_an_error_and_no_crash) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
  ::close(pipe[0]);
  const program_result done =
      run_program(folder_.path(), {"scan", leaky_}, {}, pipe[1]);
  ::close(pipe[1]);
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.err, HasSubstr("Broken pipe"));
}

}  // namespace
}  // namespace tokensieve
