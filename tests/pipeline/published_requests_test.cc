#include "pipeline/published_requests.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace tokensieve {
namespace {

using namespace std::chrono_literals;
using time_point = published_requests::clock::time_point;

constexpr auto k_window = 60s;
constexpr time_point k_now{1000h};

request_identity identity(
    int token, const std::string& registry = {},
    token_confidence confidence = token_confidence::high) {
  return identity_of(
      fingerprint_of(secret("npm_SYNTHETIC" + std::to_string(token))), registry,
      confidence);
}

TEST(published_requests_test, what_stands_on_the_topic_is_a_repeat) {
  published_requests known(k_window, 10);
  EXPECT_FALSE(known.cover(identity(1), k_now));
  known.add(identity(1), k_now);
  EXPECT_TRUE(known.cover(identity(1), k_now));
  EXPECT_FALSE(known.cover(identity(2), k_now));
  EXPECT_FALSE(known.cover(identity(1, "npm.corp.example/"), k_now));
}

TEST(published_requests_test, the_window_runs_from_the_records_time) {
  published_requests known(k_window, 10);
  known.add(identity(1), k_now - k_window + 1s);
  EXPECT_TRUE(known.cover(identity(1), k_now));
  EXPECT_FALSE(known.cover(identity(1), k_now + 1s));
  EXPECT_EQ(known.size(), 0U);
}

TEST(published_requests_test, partitions_may_be_read_in_any_order_of_time) {
  published_requests known(k_window, 10);
  known.add(identity(1), k_now);
  known.add(identity(2), k_now - k_window);
  known.add(identity(3), k_now - 1s);
  EXPECT_FALSE(known.cover(identity(2), k_now));
  EXPECT_TRUE(known.cover(identity(1), k_now));
  EXPECT_TRUE(known.cover(identity(3), k_now));
}

TEST(published_requests_test, of_two_requests_the_younger_counts) {
  published_requests known(k_window, 10);
  known.add(identity(1), k_now);
  known.add(identity(1), k_now - k_window + 1s);
  EXPECT_TRUE(known.cover(identity(1), k_now + 2s));
}

TEST(published_requests_test, beyond_the_capacity_the_oldest_goes) {
  published_requests known(k_window, 2);
  known.add(identity(1), k_now - 1s);
  known.add(identity(2), k_now - 2s);
  known.add(identity(3), k_now);
  EXPECT_EQ(known.size(), 2U);
  EXPECT_EQ(known.evicted(), 1U);
  EXPECT_TRUE(known.cover(identity(1), k_now));
  EXPECT_FALSE(known.cover(identity(2), k_now));
  EXPECT_TRUE(known.cover(identity(3), k_now));
}

// The follower's thread adds while the graph asks.
TEST(published_requests_test, is_safe_to_fill_and_to_ask_at_once) {
  published_requests known(k_window, 1000);
  std::jthread follower([&] {
    for (int token = 0; token < 2000; ++token)
      known.add(identity(token), k_now);
  });
  bool seen = false;
  while (!seen)
    seen = known.cover(identity(1999), k_now);
  EXPECT_EQ(known.size(), 1000U);
}

/// The rules, said as slowly as possible.
TEST(published_requests_test, any_history_gives_what_the_rules_give) {
  struct entry {
    int token;
    std::string registry;
    token_confidence confidence;
    time_point time;
  };
  const std::vector<std::string> registries{"", "npm.corp.example/",
                                            "npm.other.example/"};
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    std::minstd_rand random(seed);
    published_requests known(k_window, 10'000);
    std::vector<entry> all;
    time_point now = k_now;
    for (int step = 0; step < 500; ++step) {
      const entry next{
          .token = static_cast<int>(random() % 6),
          .registry = registries[random() % 3],
          .confidence = static_cast<token_confidence>(random() % 3),
          .time = now - std::chrono::seconds(random() % 70)};
      now += std::chrono::seconds(random() % 3);
      if (random() % 4 == 0) {
        known.add(identity(next.token, next.registry, next.confidence),
                  next.time);
        all.push_back(next);
        continue;
      }
      bool repeat = false;
      for (const entry& one : all) {
        repeat = repeat ||
                 (one.token == next.token && now - one.time < k_window &&
                  one.confidence >= next.confidence &&
                  (next.registry.empty() || next.registry == one.registry));
      }
      ASSERT_EQ(known.cover(
                    identity(next.token, next.registry, next.confidence), now),
                repeat)
          << "step " << step;
    }
  }
}

}  // namespace
}  // namespace tokensieve
