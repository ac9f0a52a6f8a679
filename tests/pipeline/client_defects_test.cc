#include "pipeline/client_defects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace tokensieve {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr client_release k_debian = 0x020002;

/// The lines that hold `text`.
checks saying(std::string_view text, client_release release,
              const config& settings = {}) {
  checks found = defects_of(release, settings);
  std::erase_if(found, [&](const check& one) {
    return one.text.find(text) == std::string::npos;
  });
  return found;
}

config with(std::map<std::string, std::string> properties) {
  config settings;
  settings.kafka.common = std::move(properties);
  return settings;
}

TEST(client_defects_test, a_defect_ends_with_the_release_that_fixed_it) {
  EXPECT_THAT(saying("#4230", k_debian), SizeIs(1));
  EXPECT_THAT(saying("#4230", 0x0200ff), SizeIs(1));
  EXPECT_THAT(saying("#4230", 0x020100), IsEmpty());
  EXPECT_THAT(saying("#5140", 0x7f0000), SizeIs(1));
}

TEST(client_defects_test, one_that_came_later_does_not_concern_earlier_ones) {
  EXPECT_THAT(saying("#5213", k_debian), IsEmpty());
  EXPECT_THAT(saying("#5213", 0x020200), SizeIs(1));
  EXPECT_THAT(saying("#5213", 0x020d02), IsEmpty());
}

TEST(client_defects_test, each_says_effect_fix_and_answer) {
  const checks found = saying("#4208", k_debian);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found.front(),
            (check{check_level::note, "librdkafka 2.0.2",
                   "pausing and resuming a partition skips or repeats records "
                   "(#4208, #4636, fixed in 2.1.0): partitions are never "
                   "paused"}));
}

TEST(client_defects_test, what_the_settings_can_avoid_is_a_warning) {
  const auto warnings = [](const config& settings) {
    return std::ranges::count(defects_of(k_debian, settings), check_level::warn,
                              &check::level);
  };
  EXPECT_EQ(warnings({}), 0);
  EXPECT_EQ(warnings(with({{"ssl.keystore.location", "/k"}})), 1);
  EXPECT_EQ(warnings(with({{"socket.receive.buffer.bytes", "1000"}})), 1);
}

TEST(client_defects_test, logins_are_told_apart_by_protocol_and_mechanism) {
  const auto names = [](std::string_view report, const config& settings) {
    return !saying(report, k_debian, settings).empty();
  };
  const config plain =
      with({{"security.protocol", "SASL_SSL"}, {"sasl.mechanism", "PLAIN"}});
  const config scram = with({{"security.protocol", "sasl_plaintext"},
                             {"sasl.mechanisms", "SCRAM-SHA-512"}});
  const config kerberos = with({{"security.protocol", "sasl_ssl"}});
  EXPECT_FALSE(names("#4301", {}));
  EXPECT_TRUE(names("#4301", plain));
  EXPECT_TRUE(names("#4294", plain));
  EXPECT_FALSE(names("#4294", scram));
  EXPECT_TRUE(names("#4895", scram));
  EXPECT_FALSE(names("#4895", plain));
  EXPECT_TRUE(names("#5131", kerberos));
  EXPECT_FALSE(names("#5131", plain));
  EXPECT_FALSE(names("#5131", with({{"sasl.mechanism", "GSSAPI"}})));
}

TEST(client_defects_test, duplicates_concern_who_has_no_transactions) {
  config settings;
  EXPECT_THAT(saying("#4750", 0x020300, settings), IsEmpty());
  settings.delivery = delivery_guarantee::at_least_once;
  EXPECT_THAT(saying("#4750", 0x020300, settings), SizeIs(1));
}

}  // namespace
}  // namespace tokensieve
