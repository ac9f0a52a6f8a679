#include "pipeline/request_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using namespace std::chrono_literals;

constexpr auto k_medium = token_confidence::medium;
constexpr auto k_high = token_confidence::high;

token_fingerprint fingerprint(int token) {
  return fingerprint_of(secret("npm_SYNTHETIC" + std::to_string(token)));
}

class request_table_test : public testing::Test {
 protected:
  /// A repeat or a request, in the batch and at the time that are set.
  bool admits(int token, const std::string& registry = {},
              token_confidence confidence = k_high) {
    return table_.admit(identity_of(fingerprint(token), registry, confidence),
                        sequence_, now_);
  }
  void next_batch() { ++sequence_; }
  void wait(std::chrono::seconds time) { now_ += time; }

  static constexpr std::size_t k_capacity = 5;
  static constexpr std::chrono::seconds k_window = 60s;

  request_table table_{k_window, k_capacity};
  std::uint64_t sequence_ = 0;
  request_table::clock::time_point now_{1000h};
};

TEST_F(request_table_test, each_token_is_requested_once) {
  EXPECT_TRUE(admits(1));
  EXPECT_FALSE(admits(1));
  EXPECT_TRUE(admits(2));
  EXPECT_FALSE(admits(1));
}

TEST_F(request_table_test, a_null_registry_repeats_any_request_of_its_token) {
  EXPECT_TRUE(admits(1, "npm.corp.example/"));
  EXPECT_FALSE(admits(1));
  EXPECT_TRUE(admits(2));
}

TEST_F(request_table_test, a_registry_that_no_request_named_is_a_new_request) {
  EXPECT_TRUE(admits(1));
  EXPECT_TRUE(admits(1, "npm.corp.example/"));
  EXPECT_FALSE(admits(1, "npm.corp.example/"));
  EXPECT_TRUE(admits(1, "npm.other.example/"));
  EXPECT_FALSE(admits(1, "npm.corp.example/"));
}

TEST_F(request_table_test, a_rise_in_confidence_is_a_new_request) {
  EXPECT_TRUE(admits(1, {}, k_medium));
  EXPECT_FALSE(admits(1, {}, k_medium));
  EXPECT_TRUE(admits(1, {}, k_high));
  EXPECT_FALSE(admits(1, {}, k_high));
  EXPECT_FALSE(admits(1, {}, k_medium));
}

TEST_F(request_table_test, a_registry_rises_in_confidence_by_itself) {
  EXPECT_TRUE(admits(1, "npm.other.example/", k_high));
  EXPECT_TRUE(admits(1, "npm.corp.example/", k_medium));
  EXPECT_TRUE(admits(1, "npm.corp.example/", k_high));
  EXPECT_FALSE(admits(1, {}, k_high));
}

TEST_F(request_table_test, a_request_expires_with_its_window) {
  EXPECT_TRUE(admits(1));
  wait(k_window - 1s);
  EXPECT_FALSE(admits(1));
  wait(1s);
  EXPECT_TRUE(admits(1));
}

TEST_F(request_table_test, a_repeat_does_not_extend_the_window) {
  EXPECT_TRUE(admits(1));
  for (int i = 0; i < 2; ++i) {
    wait(k_window / 3);
    EXPECT_FALSE(admits(1));
  }
  wait(k_window / 3);
  EXPECT_TRUE(admits(1));
}

TEST_F(request_table_test, expired_requests_take_no_memory) {
  admits(1);
  admits(2);
  wait(k_window);
  admits(3);
  EXPECT_EQ(table_.size(), 1U);
  EXPECT_EQ(table_.evicted(), 0U);
}

TEST_F(request_table_test, without_a_window_requests_never_expire) {
  request_table forever(0s, k_capacity);
  const request_identity one = identity_of(fingerprint(1), {}, k_high);
  EXPECT_TRUE(forever.admit(one, 0, now_));
  EXPECT_FALSE(forever.admit(one, 0, now_ + 24h * 365));
}

TEST_F(request_table_test, rolling_back_forgets_only_what_came_later) {
  admits(1);
  next_batch();
  admits(2);
  admits(1, "npm.corp.example/");
  next_batch();
  admits(3);

  table_.roll_back(1);
  EXPECT_EQ(table_.size(), 1U);
  EXPECT_FALSE(admits(1));
  EXPECT_TRUE(admits(1, "npm.corp.example/"));
  EXPECT_TRUE(admits(2));
  EXPECT_TRUE(admits(3));
}

TEST_F(request_table_test, what_repeated_a_forgotten_request_becomes_one) {
  next_batch();
  EXPECT_TRUE(admits(1));
  EXPECT_FALSE(admits(1));
  table_.roll_back(sequence_);
  EXPECT_TRUE(admits(1));
}

TEST_F(request_table_test, rolling_back_an_empty_table_does_nothing) {
  table_.roll_back(0);
  EXPECT_EQ(table_.size(), 0U);
}

TEST_F(request_table_test, beyond_the_capacity_the_oldest_goes) {
  for (int token = 0; token <= static_cast<int>(k_capacity); ++token)
    EXPECT_TRUE(admits(token));
  EXPECT_EQ(table_.size(), k_capacity);
  EXPECT_EQ(table_.evicted(), 1U);
  for (int token = 1; token <= static_cast<int>(k_capacity); ++token)
    EXPECT_FALSE(admits(token));
  EXPECT_TRUE(admits(0));
}

TEST_F(request_table_test, what_another_table_knows_is_handed_over_in_order) {
  for (int token = 0; token < 3; ++token) {
    admits(token);
    next_batch();
  }
  int asked = 0;
  table_.hand_over(2, [&](const request_identity& oldest) {
    ++asked;
    return oldest.token == identity_of(fingerprint(0), {}, k_high).token;
  });
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(table_.size(), 2U);
  EXPECT_TRUE(admits(0));
  EXPECT_FALSE(admits(1));
}

TEST_F(request_table_test, what_is_not_yet_committed_is_not_handed_over) {
  admits(1);
  table_.hand_over(sequence_, [](const request_identity&) { return true; });
  EXPECT_FALSE(admits(1));
}

/// The rules of the table, said as slowly as possible.
class model {
 public:
  model(std::chrono::seconds window, std::size_t capacity)
      : window_(window), capacity_(capacity) {}

  bool admit(const token_fingerprint& token, const std::string& registry,
             token_confidence confidence, std::uint64_t sequence,
             request_table::clock::time_point now) {
    std::erase_if(entries_,
                  [&](const entry& one) { return now - one.time >= window_; });
    for (const entry& one : entries_) {
      if (one.token != token) continue;
      const bool same_place = registry.empty() || registry == one.registry;
      if (same_place && confidence <= one.confidence) return false;
    }
    entries_.push_back({token, registry, confidence, sequence, now});
    if (entries_.size() > capacity_) entries_.erase(entries_.begin());
    return true;
  }
  void roll_back(std::uint64_t sequence) {
    std::erase_if(entries_,
                  [&](const entry& one) { return one.sequence >= sequence; });
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct entry {
    token_fingerprint token;
    std::string registry;
    token_confidence confidence;
    std::uint64_t sequence;
    request_table::clock::time_point time;
  };
  const std::chrono::seconds window_;
  const std::size_t capacity_;
  std::vector<entry> entries_;
};

TEST_F(request_table_test, any_history_gives_what_the_rules_give) {
  const std::vector<std::string> registries{"", "npm.corp.example/",
                                            "npm.other.example/"};
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    std::minstd_rand random(seed + 1);
    request_table table(k_window, 8);
    model rules(k_window, 8);
    std::uint64_t sequence = 0;
    for (int step = 0; step < 1000; ++step) {
      if (random() % 8 == 0) ++sequence;
      if (random() % 4 == 0) now_ += std::chrono::seconds(random() % 20);
      if (random() % 60 == 0) {
        // What was not committed is emitted anew, under higher numbers.
        const std::uint64_t from = sequence - random() % (sequence + 1) % 4;
        table.roll_back(from);
        rules.roll_back(from);
        ++sequence;
      }
      const token_fingerprint token =
          fingerprint(static_cast<int>(random() % 6));
      const std::string& registry = registries[random() % 3];
      const auto confidence = static_cast<token_confidence>(random() % 3);
      ASSERT_EQ(
          table.admit(identity_of(token, registry, confidence), sequence, now_),
          rules.admit(token, registry, confidence, sequence, now_))
          << "step " << step;
      ASSERT_EQ(table.size(), rules.size()) << "step " << step;
    }
    EXPECT_GT(table.evicted(), 0U);
  }
}

}  // namespace
}  // namespace tokensieve
