// Files that are compressed as a whole, read by the program.

#include "tests/detectors/compressed.h"
#include "tests/detectors/samples.h"
#include "tests/pipeline/program.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

using testing::HasSubstr;

class compressed_file_test : public testing::Test {
 protected:
  program_result scan(const std::string& bytes) {
    return run_program(folder_.path(), {"scan", folder_.write("input", bytes)});
  }
  /// A log that deflates badly and takes many reads.
  std::string log(int lines) {
    std::string text;
    for (int i = 0; i < lines; ++i)
      text += random_.letters(samples::k_base62, 60) + "\n";
    return text;
  }

  samples::generator random_{9};
  temporary_folder folder_;
  const std::string token_ = samples::granular(random_);
};

TEST_F(compressed_file_test, text_is_text) {
  const std::string text = log(20'000) + "a " + token_ + "\n" + log(20'000);
  for (const auto& [name, bytes] : {std::pair{"gzip", samples::gzip(text)},
                                    {"zstd", samples::zstd(text)}}) {
    const program_result done = scan(bytes);
    EXPECT_EQ(done.status, 1) << done.err;
    EXPECT_THAT(done.out, HasSubstr("\"kind\":\"file\""));
    EXPECT_THAT(done.out, HasSubstr("\"path\":\"" + folder_.path() + "/input"));
    EXPECT_THAT(done.out, HasSubstr("\"line\":20001,\"column\":3"));
    EXPECT_THAT(done.out,
                HasSubstr("\"encodings\":[\"" + std::string(name) + "\"]"));
    EXPECT_THAT(done.out, HasSubstr("\"record\":null"));
  }
}

TEST_F(compressed_file_test, events_are_events) {
  const program_result done =
      scan(samples::gzip("{\"a\":1}\n") +
           samples::gzip("{\"text\":\"" + token_ + "\"}\n"));
  EXPECT_THAT(done.out, HasSubstr("\"field\":\"/text\""));
  EXPECT_THAT(done.out, HasSubstr("\"encodings\":[\"gzip\"]"));
  EXPECT_THAT(done.out, HasSubstr("\"record\":2"));
}

TEST_F(compressed_file_test, inflates_to_any_size) {
  const std::string text = std::string(std::size_t{80} << 20, '\n') + token_;
  const program_result done = scan(samples::gzip(text));
  EXPECT_EQ(done.status, 1) << done.err;
  EXPECT_THAT(done.out, HasSubstr("\"line\":83886081,\"column\":1"));
}

TEST_F(compressed_file_test, what_is_cut_off_is_read_and_reported) {
  std::string bytes = samples::gzip(token_ + "\n" + log(20'000));
  bytes.resize(bytes.size() / 2);
  const program_result done = scan(bytes);
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.err, HasSubstr("broken or cut off"));
  EXPECT_THAT(done.out, HasSubstr("\"line\":1,\"column\":1"));
}

TEST_F(compressed_file_test, text_that_begins_like_a_header_is_text) {
  for (const std::string before : {"(", "\x1f", "\x1f\x8b\x08\xff", "x\x9c"}) {
    const program_result done = scan(before + token_);
    EXPECT_EQ(done.status, 1) << done.err;
    EXPECT_THAT(done.out, HasSubstr("\"encodings\":[]"));
  }
}

}  // namespace
}  // namespace tokensieve
