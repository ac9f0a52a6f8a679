#pragma once

#include "pipeline/kafka_sink.h"
#include "tests/pipeline/scripted_writer.h"
#include "tests/schemas/sample_tokens.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tokensieve {

/// A sink over a scripted broker. The test's thread is the sink thread.
class kafka_sink_test : public testing::Test {
 protected:
  using clock = std::chrono::steady_clock;
  using ending = epoch_ledger::ending;
  using failure = epoch_ledger::failure;

  kafka_sink_test() {
    settings_.commit.interval = std::chrono::hours(1);
    sink_.start([this] { woken_.set_value(); });
  }

  std::uint64_t open(std::int64_t offset = 0) {
    return epoch_ = ledger_.open({}, at(offset));
  }
  std::uint64_t reopen() {
    return epoch_ = ledger_.reopen(ledger_.positions());
  }

  static input_offsets at(std::int64_t offset) {
    return {.next = {{{topic(), 0}, offset}}};
  }
  static const std::string& topic() {
    static const std::string k_topic = "ci.build-logs";
    return k_topic;
  }

  /// A batch of one record, which is the next one of the partition.
  batch_ptr next_batch() {
    auto made = std::make_unique<batch>();
    made->epoch = epoch_;
    made->sequence = sequence_++;
    made->counts = {.records = 1, .bytes = 100};
    record& input = made->records.emplace_back();
    input.source_name = &topic();
    input.offset = offset_++;
    made->positions.push_back({&topic(), 0, offset_});
    return made;
  }
  batch_ptr next_with(output_kind kind) {
    auto made = next_batch();
    made->emissions.push_back(
        {kind, bare_token(k_legacy_token), sample_origin()});
    return made;
  }
  batch_ptr next_dead_letter(std::string_view value, std::string_view key) {
    auto made = next_batch();
    made->records[0].value = value;
    made->records[0].key = key;
    made->records[0].has_key = true;
    made->dead_letters.push_back({0, dead_letter_reason::invalid_json});
    return made;
  }

  void take_nothing() { sink_.take(next_batch()); }
  void take_request() { sink_.take(next_with(output_kind::request)); }
  void take_sighting() { sink_.take(next_with(output_kind::sighting)); }

  /// The first commit is always at once; what comes behind it is on time.
  void take_first() {
    take_nothing();
    ASSERT_EQ(broker_.commits.size(), 1U);
  }

  /// Serves the sink when it next wants to be, if it does.
  void idle_when_due() {
    if (sink_.deadline() == clock::time_point::max()) return;
    std::this_thread::sleep_until(sink_.deadline());
    sink_.idle();
  }

  /// Asks the sink to close, as the source does, and serves it.
  bool close(ending how) {
    woken_ = {};
    auto closed = std::async(std::launch::async, [this, how] {
      return ledger_.close(how, std::chrono::seconds(30));
    });
    woken_.get_future().wait();
    sink_.idle();
    return closed.get();
  }

  /// Topics of the records of commit `number`.
  [[nodiscard]] std::vector<std::string> committed_topics(
      std::size_t number) const {
    std::vector<std::string> topics;
    for (const auto& one : broker_.commits.at(number).records)
      topics.push_back(one.topic);
    return topics;
  }

  config settings_;
  scripted_broker broker_;
  epoch_ledger ledger_;
  std::atomic<std::uint64_t> committed_{0};
  stream_totals totals_;
  bool denied_ = false;          // no writer may be made any more
  std::size_t unreachable_ = 0;  // makings of a writer that fail, from now on
  std::size_t observed_ = 0;
  std::promise<void> woken_;
  kafka_sink sink_{settings_,
                   ledger_,
                   committed_,
                   totals_,
                   [this] {
                     if (denied_) throw cannot_go_on("no right");
                     if (unreachable_ > 0) {
                       --unreachable_;
                       throw std::runtime_error("no broker");
                     }
                     return broker_.make_writer();
                   },
                   [this](const emission&) { ++observed_; }};
  std::uint64_t epoch_ = 0;
  std::uint64_t sequence_ = 0;
  std::int64_t offset_ = 0;
};

}  // namespace tokensieve
