// How records become batches. A stop cannot be taken back: each case needs a
// process of its own, as CTest gives it.

#include "pipeline/kafka_source.h"

#include "pipeline/embedded_broker.h"
#include "pipeline/kafka_client.h"
#include "pipeline/stop_signal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;

constexpr std::size_t k_mebibyte = 1 << 20;

class kafka_source_test : public testing::Test {
 protected:
  kafka_source_test() {
    settings_.kafka.common["bootstrap.servers"] = broker_.bootstrap_servers();
    settings_.input.topics = {topic_};
    broker_.create_topic(topic_, 1);
    producer_ = make_producer(settings_, kafka_conf(rd_kafka_conf_new()), {},
                              4 * k_mebibyte);
    ledger_.finish();  // there is no sink to wait for
  }
  ~kafka_source_test() override {
    if (source_) source_->close();
  }

  void produce(const std::string& value, const char* key = nullptr) {
    queue(value, key);
    flush();
  }

  void queue(const std::string& value, const char* key = nullptr) {
    const std::size_t key_size = key == nullptr ? 0 : std::strlen(key);
    ASSERT_EQ(
        rd_kafka_producev(
            producer_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()),
            RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_KEY(key, key_size),
            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
            RD_KAFKA_V_HEADER("content-type", "application/json", -1),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
        RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  void flush() {
    ASSERT_EQ(rd_kafka_flush(producer_.get(), 10'000),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  void commit(std::int64_t offset, std::optional<std::int64_t> replay = {}) {
    const kafka_client member =
        make_consumer(settings_, kafka_conf(rd_kafka_conf_new()));
    input_offsets named;
    named.set({topic_, 0}, offset, replay);
    const kafka_partitions offsets = to_commit(named);
    ASSERT_EQ(rd_kafka_commit(member.get(), offsets.get(), 0),
              RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  /// The broker keeps the last 5 MiB of these.
  void overflow_the_partition() {
    std::minstd_rand random;  // what does not repeat cannot be compressed
    std::string value(900'000, '\0');
    std::ranges::generate(value, [&] { return static_cast<char>(random()); });
    for (int i = 0; i < 12; ++i)
      produce(value);
  }

  /// The next batch that holds records.
  batch_ptr next() {
    if (!source_)
      source_.emplace(settings_, units_, ledger_, monitor_, nullptr);
    while (batch_ptr work = source_->next()) {
      if (!work->records.empty()) return work;
    }
    return nullptr;
  }

  /// Batches until `count` records have come, and what each of them must be.
  std::vector<batch_ptr> read(std::size_t count) {
    std::vector<batch_ptr> all;
    std::int64_t offset = 0;
    while (static_cast<std::size_t>(offset) < count) {
      batch_ptr work = next();
      EXPECT_GE(work->units.bytes(), work->value_bytes);
      EXPECT_EQ(work->epoch, 1U);
      for (const record& one : work->records) {
        EXPECT_EQ(*one.source_name, topic_);
        EXPECT_EQ(one.offset, offset++);
      }
      EXPECT_EQ(work->positions.at(0).next_offset, offset);
      all.push_back(std::move(work));
    }
    return all;
  }

  const std::string topic_ = "ci.build-logs";
  embedded_broker broker_;
  config settings_;
  kafka_client producer_;
  memory_units units_{64 * k_mebibyte};
  epoch_ledger ledger_;
  stream_totals totals_;
  stream_monitor monitor_{.totals = totals_};
  std::optional<kafka_source> source_;
};

TEST_F(kafka_source_test, a_record_is_read_as_it_was_written) {
  produce("value", "key");
  produce("");
  const auto all = read(2);
  const record& first = all[0]->records[0];
  EXPECT_EQ(first.value, "value");
  EXPECT_EQ(first.key, "key");
  EXPECT_TRUE(first.has_key);
  EXPECT_EQ(first.content_type, "application/json");
  EXPECT_EQ(first.partition, 0);
  EXPECT_TRUE(first.timestamp_ms);
  const record& second = all.back()->records.back();
  EXPECT_EQ(second.value, "");
  EXPECT_FALSE(second.has_key);
}

TEST_F(kafka_source_test, records_of_every_size_come_whole_and_in_order) {
  const std::vector<std::size_t> sizes{1,       100,     2'000,   2'100,  5,
                                       300'000, 900'000, 200'000, 70'000, 0};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    produce(std::string(sizes[i], static_cast<char>('a' + i)));
  std::vector<std::string> values;
  const auto all = read(sizes.size());
  for (const batch_ptr& work : all) {
    for (const record& one : work->records)
      values.emplace_back(one.value);
  }
  ASSERT_EQ(values.size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i)
    EXPECT_EQ(values[i], std::string(sizes[i], static_cast<char>('a' + i)));
}

TEST_F(kafka_source_test, no_more_than_the_page_is_read_behind_a_value) {
  constexpr std::uintptr_t k_page = 4096;
  for (int i = 0; i < 20; ++i)
    produce(std::string(100 * static_cast<std::size_t>(i), 'x'));
  for (const batch_ptr& work : read(20)) {
    for (const record& one : work->records) {
      const auto last =
          reinterpret_cast<std::uintptr_t>(one.value.data()) + one.value.size();
      EXPECT_EQ((last - 1) / k_page, (last + one.readable_behind - 1) / k_page);
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__)
TEST_F(kafka_source_test, records_of_one_fetch_lie_one_behind_the_other) {
  settings_.kafka.producer["linger.ms"] = "1000";  // or the flush
  producer_ = make_producer(settings_, kafka_conf(rd_kafka_conf_new()), {},
                            4 * k_mebibyte);
  for (int i = 0; i < 5; ++i)
    queue("value", "key");
  queue("");
  queue("value");
  flush();
  std::size_t adjoining = 0;
  for (const batch_ptr& work : read(7)) {
    for (std::size_t i = 1; i < work->records.size(); ++i) {
      const record& one = work->records[i];
      if (!one.adjoins) continue;
      ++adjoining;
      const std::string_view before = work->records[i - 1].value;
      EXPECT_GE(one.value.data(), before.data() + before.size());
    }
  }
  EXPECT_GE(adjoining, 2U);
}
#endif

TEST_F(kafka_source_test, an_event_over_a_mebibyte_travels_alone) {
  produce("small");
  produce(std::string(k_mebibyte + 1, 'x'));
  produce("small");
  const auto all = read(3);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_FALSE(all[0]->large);
  EXPECT_TRUE(all[1]->large);
  EXPECT_GE(all[1]->units.bytes(), 6 * k_mebibyte);
  EXPECT_FALSE(all[2]->large);
}

TEST_F(kafka_source_test, an_event_over_the_limit_is_marked) {
  settings_.input.max_event_bytes = 10;
  produce("ten bytes.");
  produce("eleven byte");
  const auto all = read(2);
  EXPECT_FALSE(all[0]->records[0].too_large);
  EXPECT_TRUE(all.back()->records.back().too_large);
}

TEST_F(kafka_source_test, nothing_is_read_without_memory_units) {
  auto all_units = units_.acquire(units_.budget(), std::chrono::seconds(1));
  produce("value");
  auto reading = std::async(std::launch::async, [this] { return next(); });
  EXPECT_EQ(reading.wait_for(std::chrono::seconds(5)),
            std::future_status::timeout);
  all_units.reset();
  EXPECT_EQ(reading.get()->records.at(0).value, "value");
}

TEST_F(kafka_source_test, a_failed_epoch_is_read_again_from_the_last_commit) {
  for (const char* value : {"a", "b", "c"})
    produce(value);
  read(3);
  ledger_.committed(1, {.next = {{{topic_, 0}, 1}}});
  ledger_.fail(1, epoch_ledger::failure::aborted);
  std::vector<std::string> again;
  while (again.size() < 2) {
    const batch_ptr work = next();
    EXPECT_EQ(work->epoch, 2U);
    for (const record& one : work->records)
      again.emplace_back(one.value);
  }
  EXPECT_THAT(again, ElementsAre("b", "c"));
}

TEST_F(kafka_source_test, a_start_replays_what_the_commit_names) {
  for (const char* value : {"a", "b", "c", "d"})
    produce(value);
  commit(3, 1);
  std::vector<std::string> again;
  batch_ptr work;
  while ((work = next())->replayed) {
    EXPECT_TRUE(work->positions.empty());
    for (const record& one : work->records)
      again.emplace_back(one.value);
  }
  EXPECT_THAT(again, ElementsAre("b", "c"));
  ASSERT_EQ(work->records.size(), 1U);
  EXPECT_EQ(work->records[0].value, "d");
  EXPECT_EQ(work->positions.at(0).next_offset, 4);
  EXPECT_EQ(ledger_.positions(), (input_offsets{.next = {{{topic_, 0}, 3}},
                                                .replay = {{{topic_, 0}, 1}}}));
}

TEST_F(kafka_source_test, a_failed_epoch_is_replayed_as_well) {
  for (const char* value : {"a", "b", "c"})
    produce(value);
  read(3);
  ledger_.committed(1,
                    {.next = {{{topic_, 0}, 2}}, .replay = {{{topic_, 0}, 1}}});
  ledger_.fail(1, epoch_ledger::failure::aborted);
  const batch_ptr again = next();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->epoch, 2U);
  ASSERT_EQ(again->records.size(), 1U);
  EXPECT_EQ(again->records[0].value, "b");
  const batch_ptr fresh = next();
  EXPECT_FALSE(fresh->replayed);
  EXPECT_EQ(fresh->records.at(0).value, "c");
}

TEST_F(kafka_source_test, a_replay_begins_where_the_log_does) {
  overflow_the_partition();
  commit(11, 2);
  const batch_ptr again = next();
  EXPECT_TRUE(again->replayed);
  EXPECT_GT(again->records.at(0).offset, 2);
  batch_ptr fresh;
  do {
    fresh = next();
  } while (fresh->replayed);
  EXPECT_EQ(fresh->records.at(0).offset, 11);
  EXPECT_EQ(totals_.lost_records.load(), 0U);
}

// What stands there was never read.
TEST_F(kafka_source_test, nothing_is_replayed_of_a_topic_made_anew) {
  settings_.input.on_lost = lost_offset::proceed;
  produce("new");
  commit(3, 0);
  const batch_ptr first = next();
  EXPECT_FALSE(first->replayed);
  EXPECT_EQ(first->records.at(0).value, "new");
}

TEST_F(kafka_source_test, the_start_is_committed_before_any_record) {
  source_.emplace(settings_, units_, ledger_, monitor_, nullptr);
  const batch_ptr first = source_->next();
  EXPECT_TRUE(first->records.empty());
  ASSERT_EQ(first->positions.size(), 1U);
  EXPECT_EQ(*first->positions[0].topic, topic_);
  EXPECT_EQ(first->positions[0].next_offset, 0);
}

TEST_F(kafka_source_test, reading_may_start_behind_what_is_there) {
  settings_.input.start = start_position::latest;
  produce("before");
  source_.emplace(settings_, units_, ledger_, monitor_, nullptr);
  EXPECT_EQ(source_->next()->positions.at(0).next_offset, 1);
  produce("behind");
  EXPECT_EQ(next()->records.at(0).value, "behind");
}

TEST_F(kafka_source_test, lost_records_are_counted_and_passed_over_if_allowed) {
  settings_.input.on_lost = lost_offset::proceed;
  commit(1);
  overflow_the_partition();
  const auto first = next()->records.at(0).offset;
  EXPECT_GT(first, 1);
  EXPECT_EQ(totals_.lost_records.load(), static_cast<std::uint64_t>(first - 1));
  EXPECT_FALSE(monitor_.state.is(unready::lost_offsets));
}

TEST_F(kafka_source_test, a_partition_that_lost_records_stops) {
  commit(1);
  overflow_the_partition();
  source_.emplace(settings_, units_, ledger_, monitor_, nullptr);
  auto reading = std::async(std::launch::async, [this] { return next(); });
  while (!monitor_.state.is(unready::lost_offsets) &&
         reading.wait_for(std::chrono::milliseconds(20)) ==
             std::future_status::timeout) {
  }
  request_stop();
  EXPECT_EQ(reading.get(), nullptr);
  EXPECT_TRUE(monitor_.state.is(unready::lost_offsets));
  EXPECT_GT(totals_.lost_records.load(), 0U);
}

TEST_F(kafka_source_test, a_stop_ends_the_input) {
  source_.emplace(settings_, units_, ledger_, monitor_, nullptr);
  request_stop();
  EXPECT_EQ(source_->next(), nullptr);
}

}  // namespace
}  // namespace tokensieve
