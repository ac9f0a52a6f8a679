#include "pipeline/segment_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>

namespace tokensieve {
namespace {

/// A segment that owns what it shows.
struct segment_of_test {
  std::string raw;
  std::string before;
  std::string behind;
  log_segment rest;

  [[nodiscard]] log_segment view() const {
    log_segment made = rest;
    made.raw = raw;
    made.before = before;
    made.behind = behind;
    return made;
  }
};

void expect_equal(const log_segment& found, const log_segment& expected) {
  ASSERT_EQ(found.raw, expected.raw);
  ASSERT_EQ(found.before, expected.before);
  ASSERT_EQ(found.behind, expected.behind);
  ASSERT_EQ(found.escaped, expected.escaped);
  ASSERT_EQ(found.open, expected.open);
  ASSERT_EQ(found.cut, expected.cut);
  ASSERT_EQ(found.line, expected.line);
  ASSERT_EQ(found.column, expected.column);
  ASSERT_EQ(found.field, expected.field);
  ASSERT_EQ(found.from.source_name, expected.from.source_name);
  ASSERT_EQ(found.from.partition, expected.from.partition);
  ASSERT_EQ(found.from.offset, expected.from.offset);
  ASSERT_EQ(found.from.timestamp_ms, expected.from.timestamp_ms);
  ASSERT_EQ(found.from.compression, expected.from.compression);
}

/// The store, and beside it what it is to hold.
class segment_store_test : public testing::Test {
 protected:
  void push(const segment_of_test& added) {
    store_.push(added.view());
    expected_.push_back(added);
  }
  void drop_oldest() {
    store_.drop_oldest();
    expected_.pop_front();
  }

  void expect_all() {
    std::string text;
    for (const segment_of_test& one : expected_)
      text += one.raw;
    ASSERT_EQ(store_.size(), expected_.size());
    ASSERT_EQ(store_.empty(), expected_.empty());
    ASSERT_EQ(store_.text_size(), text.size());
    ASSERT_EQ(store_.newest_text(),
              expected_.empty() ? std::string() : expected_.back().raw);
    if (!expected_.empty()) {
      ASSERT_EQ(store_.oldest_text_size(), expected_.front().raw.size());
    }
    std::string scratch = "of another log";
    for (const std::size_t size : {std::size_t{1}, std::size_t{128}, k_all}) {
      ASSERT_EQ(store_.last_text(size, scratch),
                text.substr(text.size() - std::min(text.size(), size)));
      store_.read_last(size, read_);
      std::size_t read = 0;
      for (std::size_t i = 0; i < read_.segments.size(); ++i) {
        ASSERT_LT(read, size);
        expect_equal(read_.segments[i],
                     expected_[expected_.size() - i - 1].view());
        read += read_.segments[i].raw.size();
      }
      ASSERT_TRUE(read >= size || read_.segments.size() == expected_.size());
    }
  }

  segment_of_test random_segment() {
    const auto text = [&](std::size_t limit) {
      std::string made(random_() % limit, ' ');
      for (char& c : made)
        c = static_cast<char>('a' + random_() % 3);
      return made;
    };
    segment_of_test made;
    made.raw = text(random_() % 8 == 0 ? k_seam_reach : 100);
    // Neighbours differ in nothing, in little and in everything.
    if (random_() % 3 != 0 && !expected_.empty()) made = expected_.back();
    if (random_() % 2 == 0)
      made.before = "{\"time\":\"" + text(5) + "\",\"t\":";
    if (random_() % 8 == 0) made.before = text(k_max_envelope - 64);
    if (random_() % 8 == 0) made.behind = text(60);
    made.rest.escaped = random_() % 8 == 0;
    made.rest.open = random_() % 8 == 0;
    made.rest.cut = random_() % 8 == 0;
    if (random_() % 8 == 0) made.rest.line = random_();
    if (random_() % 8 == 0) made.rest.column = random_();
    if (random_() % 8 == 0) made.rest.field.element = 7;
    if (random_() % 8 == 0) made.rest.field.name = log_field::member::message;
    made.rest.from = {.source_name = random_() % 8 == 0 ? &k_other : &k_topic,
                      .partition = static_cast<std::int32_t>(random_() % 2),
                      .offset = static_cast<std::int64_t>(random_()),
                      .timestamp_ms = {},
                      .compression = {}};
    if (random_() % 2 == 0)
      made.rest.from.timestamp_ms = made.rest.from.offset / 7;
    if (random_() % 8 == 0) made.rest.from.compression = token_encoding::gzip;
    return made;
  }

  static constexpr std::size_t k_all = -1;
  inline static const std::string k_topic = "ci.build-logs";
  inline static const std::string k_other = "ci.other-logs";

  std::mt19937 random_{1};
  segment_store store_;
  std::deque<segment_of_test> expected_;
  kept_segments read_;
};

TEST_F(segment_store_test, what_was_pushed_is_read) {
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t most = random_() % 100 == 0 ? 1 : 12;
    while (expected_.size() >= most ||
           (!expected_.empty() && random_() % 8 == 0))
      drop_oldest();
    if (random_() % 500 == 0) {
      store_.clear();
      expected_.clear();
    }
    push(random_segment());
    ASSERT_NO_FATAL_FAILURE(expect_all()) << round;
  }
}

TEST_F(segment_store_test, a_moved_store_is_the_same) {
  for (int i = 0; i < 5; ++i)
    push(random_segment());
  segment_store other = std::move(store_);
  store_ = std::move(other);
  ASSERT_NO_FATAL_FAILURE(expect_all());
}

/// A KiB of it, in lines of some 60 bytes each with its own time.
TEST_F(segment_store_test, a_log_of_lines_takes_little_more_than_its_text) {
  for (int i = 0; i < 2000; ++i) {
    while (!store_.empty() &&
           store_.text_size() - store_.oldest_text_size() >= k_seam_reach)
      drop_oldest();
    segment_of_test line;
    line.raw = std::string(60, 'x');
    line.before = R"({"type":"build_log","time":"2026-11-24T02:07:00.)" +
                  std::to_string(100'000 + i * 7919 % 900'000) +
                  R"(Z","repository":"acme/web","stream":"s","text":")";
    line.behind = R"("})";
    line.rest.from.source_name = &k_topic;
    line.rest.from.offset = i;
    push(line);
  }
  EXPECT_LT(store_.bytes(), 5 * k_seam_reach / 2);
}

}  // namespace
}  // namespace tokensieve
