#include "pipeline/memory_units.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using clock = std::chrono::steady_clock;

class memory_units_test : public testing::Test {
 protected:
  static constexpr std::size_t k_budget = 100;
  static constexpr milliseconds k_no_patience{0};

  auto try_acquire(std::size_t bytes) {
    return units_.acquire(bytes, k_no_patience);
  }

  memory_units units_{k_budget};
};

TEST_F(memory_units_test, the_budget_can_be_used_to_its_last_byte) {
  const auto first = try_acquire(60);
  const auto second = try_acquire(40);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->bytes(), 40U);
  EXPECT_EQ(units_.in_use(), k_budget);
  EXPECT_FALSE(try_acquire(1));
}

TEST_F(memory_units_test, an_item_over_the_budget_is_admitted_alone) {
  {
    const auto alone = try_acquire(10 * k_budget);
    ASSERT_TRUE(alone);
    EXPECT_EQ(units_.in_use(), 10 * k_budget);
    EXPECT_FALSE(try_acquire(1));
  }
  const auto small = try_acquire(1);
  EXPECT_FALSE(try_acquire(10 * k_budget));
  EXPECT_EQ(units_.in_use(), 1U);
}

TEST_F(memory_units_test, no_more_leases_are_given_than_are_allowed) {
  memory_units units(k_budget, 2);
  auto first = units.acquire(1, k_no_patience);
  const auto second = units.acquire(1, k_no_patience);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(units.acquire(1, k_no_patience));
  first.reset();
  EXPECT_TRUE(units.acquire(1, k_no_patience));
}

TEST_F(memory_units_test, a_lease_gives_back_once_wherever_it_was_moved) {
  auto first = try_acquire(60);
  {
    const memory_units::lease moved = std::move(*first);
    first.reset();
    EXPECT_EQ(units_.in_use(), 60U);
    EXPECT_EQ(moved.bytes(), 60U);
  }
  EXPECT_EQ(units_.in_use(), 0U);
}

TEST_F(memory_units_test, a_lease_gives_back_what_it_held_when_assigned) {
  auto first = try_acquire(60);
  auto second = try_acquire(30);
  *first = std::move(*second);
  EXPECT_EQ(units_.in_use(), 30U);
  EXPECT_EQ(first->bytes(), 30U);
  *first = memory_units::lease();
  EXPECT_EQ(units_.in_use(), 0U);
}

TEST_F(memory_units_test, a_lease_assigned_to_itself_keeps_its_units) {
  auto first = try_acquire(60);
  memory_units::lease& same = *first;
  *first = std::move(same);
  EXPECT_EQ(units_.in_use(), 60U);
}

TEST_F(memory_units_test, patience_runs_out) {
  const auto all = try_acquire(k_budget);
  const auto begin = clock::now();
  EXPECT_FALSE(units_.acquire(1, milliseconds(50)));
  EXPECT_GE(clock::now() - begin, milliseconds(50));
  EXPECT_EQ(units_.in_use(), k_budget);
}

TEST_F(memory_units_test, who_waits_is_woken_by_what_comes_back) {
  auto all = try_acquire(k_budget);
  const std::jthread other([&] {
    std::this_thread::sleep_for(milliseconds(20));
    all.reset();
  });
  EXPECT_TRUE(units_.acquire(k_budget, seconds(60)));
}

TEST_F(memory_units_test, users_at_the_same_time_never_hold_over_the_budget) {
  // Counted behind each acquire and before each release, so never more than
  // is truly in use.
  std::atomic<std::size_t> held{0};
  std::atomic<std::size_t> faults{0};
  const auto use = [&](unsigned seed) {
    std::minstd_rand random(seed);
    for (int i = 0; i < 2000; ++i) {
      // One in eight is over the budget.
      const std::size_t bytes =
          random() % 8 == 0 ? k_budget + 1 : 1 + random() % k_budget;
      const auto lease = units_.acquire(bytes, seconds(60));
      if (!lease) {
        ++faults;
        continue;
      }
      const std::size_t now = held.fetch_add(bytes) + bytes;
      if (now > std::max(k_budget, bytes)) ++faults;
      if (i % 16 == 0) std::this_thread::yield();
      held.fetch_sub(bytes);
    }
  };
  {
    std::vector<std::jthread> users;
    for (unsigned seed = 1; seed <= 4; ++seed)
      users.emplace_back(use, seed);
  }
  EXPECT_EQ(faults, 0U);
  EXPECT_EQ(units_.in_use(), 0U);
}

}  // namespace
}  // namespace tokensieve
