// `scan --explain`: where candidates were rejected and why, a test a reason.

#include "tests/detectors/samples.h"
#include "tests/pipeline/program.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::Not;

class explain_program_test : public testing::Test {
 protected:
  program_result scan(const std::string& text,
                      std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"scan", "--explain"});
    arguments.push_back(folder_.write("input", text));
    return run_program(folder_.path(), std::move(arguments));
  }
  std::string at(const std::string& place_and_reason) {
    return folder_.path() + "/input:" + place_and_reason + "\n";
  }

  samples::generator random_{9};
  temporary_folder folder_;
  const std::string bad_ = samples::bad_granular(random_);
  const std::string id_ = "5afe0000-0040-4000-8000-5eed5eed5eed";
};

TEST_F(explain_program_test, bad_checksum) {
  const program_result done = scan("a\nx " + bad_ + "\n");
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.err, HasSubstr(at("2:3: bad_checksum")));
  EXPECT_THAT(done.err, Not(HasSubstr(bad_.substr(4, 8))));
}

TEST_F(explain_program_test, placeholder) {
  EXPECT_THAT(scan("npm_" + std::string(36, 'x')).err,
              HasSubstr(at("1:1: placeholder")));
  EXPECT_THAT(scan("_authToken=00000000-0000-0000-0000-000000000000\n").err,
              HasSubstr(at("1:12: placeholder")));
}

TEST_F(explain_program_test, no_context) {
  EXPECT_THAT(scan("NODE_AUTH_TOKEN: ***\n").err,
              HasSubstr(at("1:18: no_context")));
  const program_result done = scan("npm verbose npm-session: " + id_ + "\n");
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.err, HasSubstr(at("1:26: no_context")));
  EXPECT_THAT(done.err, Not(HasSubstr(id_)));
}

TEST_F(explain_program_test, low_confidence) {
  const program_result done =
      scan("NPM_TOKEN=" + id_ + "\n", {"--detection.min_confidence", "high"});
  EXPECT_THAT(done.err, HasSubstr(at("1:11: low_confidence")));
  EXPECT_THAT(done.err, Not(HasSubstr(id_)));
}

TEST_F(explain_program_test, ignored) {
  const std::string token = "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";
  const program_result done = scan(
      "a " + token + "\n",
      {"--detection.ignore",
       "sha256:"
       "01cf66b7ad000f5959bebcd9445a513518f17e73048d9d42e466b9841012fbae"});
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.err, HasSubstr(at("1:3: ignored")));
  EXPECT_THAT(done.err, Not(HasSubstr(token)));
}

TEST_F(explain_program_test, names_the_record_and_the_field) {
  EXPECT_THAT(scan("{\"a\":1}\n{\"type\":\"build_log\",\"text\":\"b\\n" + bad_ +
                   "\"}\n")
                  .err,
              HasSubstr(at("2 /text:2:1: bad_checksum")));
}

TEST_F(explain_program_test, is_placed_where_the_encoded_run_begins) {
  EXPECT_THAT(scan("x " + samples::base64("a " + bad_) + "\n").err,
              HasSubstr(at("1:3: bad_checksum")));
}

TEST_F(explain_program_test, a_field_shows_no_candidate) {
  const program_result done =
      scan("{\"" + bad_ + "\":{\"b\":\"" + bad_ + "\"}}\n");
  EXPECT_THAT(done.err, HasSubstr("bad_checksum"));
  EXPECT_THAT(done.err, Not(HasSubstr(bad_)));
}

TEST_F(explain_program_test, says_nothing_of_tokens_and_nothing_unasked) {
  const std::string token = samples::granular(random_);
  EXPECT_THAT(scan(token).err, Not(HasSubstr("/input:1")));
  EXPECT_THAT(scan("_authToken=" + id_ + "\n").err, Not(HasSubstr("/input:1")));
  EXPECT_THAT(scan("{\"value\":\"" + id_ + "\",\"name\":\"NPM_TOKEN\"}\n").err,
              Not(HasSubstr("/value")));
  const program_result done =
      run_program(folder_.path(), {"scan", folder_.write("bad", bad_ + "\n")});
  EXPECT_THAT(done.err, Not(HasSubstr("bad_checksum")));
}

}  // namespace
}  // namespace tokensieve
