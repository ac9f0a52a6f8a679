#include "detectors/inflate.h"

#include "tests/detectors/compressed.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

using enum token_encoding;

TEST(inflate, tells_the_formats_by_their_headers) {
  EXPECT_EQ(compression_of(samples::gzip("a")), gzip);
  EXPECT_EQ(compression_of(samples::zstd("a")), zstd);
  for (const int level : {0, 3, 6, 9})
    EXPECT_EQ(compression_of(samples::zlib("a", level)), zlib);
  for (const std::string_view text :
       {"", "x", "xyz", "{\"a\":1}", "\x1f\x8b", "\x1f\x8b\x08\xff 0123456789",
        "x\x20z", "(\xb5/"}) {
    EXPECT_EQ(compression_of(text), std::nullopt);
  }
}

TEST(inflate, gives_back_what_was_compressed_up_to_the_limit) {
  samples::generator random(6);
  for (const std::size_t size : {0u, 1u, 16'383u, 16'384u, 16'385u, 200'000u}) {
    const std::string text = random.letters("abc\n", size);
    for (const auto& [format, bytes] : {std::pair{gzip, samples::gzip(text)},
                                        {zlib, samples::zlib(text)},
                                        {zstd, samples::zstd(text)}}) {
      std::string out = "before ";
      EXPECT_EQ(inflate_bytes(bytes, format, size, out), inflate_end::whole);
      EXPECT_EQ(out, "before " + text);
      if (size == 0) continue;
      out.clear();
      EXPECT_EQ(inflate_bytes(bytes, format, size - 1, out),
                inflate_end::limit);
      EXPECT_EQ(out, text.substr(0, size - 1));
      out.clear();
      EXPECT_EQ(
          inflate_bytes(std::string_view(bytes).substr(0, bytes.size() - 1),
                        format, size, out),
          inflate_end::broken);
    }
  }
}

TEST(inflate, members_behind_each_other_are_one_text) {
  std::string out;
  EXPECT_EQ(inflate_bytes(samples::gzip("a") + samples::gzip("b") + "garbage",
                          gzip, 100, out),
            inflate_end::whole);
  EXPECT_EQ(
      inflate_bytes(samples::zstd("c") + samples::zstd("d"), zstd, 100, out),
      inflate_end::whole);
  EXPECT_EQ(out, "abcd");
}

TEST(inflate, announced_sizes_are_those_of_the_formats) {
  const std::string text(1'000'000, 'x');
  EXPECT_EQ(announced_size(samples::gzip(text), gzip), text.size());
  EXPECT_EQ(announced_size(samples::zstd(text), zstd), text.size());
  EXPECT_EQ(announced_size(samples::zlib(text), zlib), 0u);
}

}  // namespace
}  // namespace tokensieve
