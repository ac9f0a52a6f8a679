#include "schemas/json_writer.h"

#include "schemas/json_text.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

std::string written(std::string_view text) {
  json_writer out;
  out.value(text);
  return std::move(out).take();
}

TEST(json_writer, any_text_is_read_back_as_the_utf8_it_is) {
  samples::generator random(1);
  simdjson::dom::parser parser;
  for (int round = 0; round < 5'000; ++round) {
    // Most begin with what stands for itself.
    std::string text(random.below(40), 'n');
    for (std::size_t left = random.below(20); left > 0; --left) {
      text += random.pick({"\"", "\\", "/", "\n", "\x7f", "\xc3\xa9",
                           "\xe2\x82\xac", "\xf0\x9f\x98\x80", "text"});
      if (random.chance(3)) text += static_cast<char>(random.below(256));
    }
    const std::string json = written(text);
    std::string_view read;
    ASSERT_EQ(parser.parse(json).get(read), simdjson::SUCCESS) << json;
    ASSERT_EQ(read, as_utf8(text)) << json;
  }
}

TEST(json_writer, control_characters_are_escaped) {
  EXPECT_EQ(written("a\b\f\n\r\t\x01\x1f\"\\/"),
            R"("a\b\f\n\r\t\u0001\u001f\"\\/")");
}

}  // namespace
}  // namespace tokensieve
