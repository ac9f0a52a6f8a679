// Real logs and commits that hold no token: any finding is a false one.

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace tokensieve {
namespace {

TEST(corpus, holds_no_token) {
  std::size_t files = 0;
  for (const char* folder : {"ci-logs", "commits", "lookalikes"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(TOKENSIEVE_CORPUS) / folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(file)), {});
      EXPECT_TRUE(samples::scan(text).empty()) << entry.path();
      ++files;
    }
  }
  EXPECT_GT(files, 0u);
}

}  // namespace
}  // namespace tokensieve
