#include "pipeline/kafka_follower.h"

#include "pipeline/kafka_client.h"
#include "pipeline/log.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::chrono::milliseconds k_patience{2000};  // for one answer
constexpr std::chrono::milliseconds k_idle{500};
constexpr std::chrono::milliseconds k_stall{20};
constexpr std::chrono::milliseconds k_pause{500};
constexpr int k_records_a_turn = 1000;
constexpr std::chrono::milliseconds k_last_words{100};

/// A call to the broker failed.
class call_failed : public std::runtime_error {
 public:
  call_failed(std::string_view what, rd_kafka_resp_err_t code)
      : std::runtime_error(fmt::format("{}: {}", what, rd_kafka_err2str(code))),
        code_(code) {}
  [[nodiscard]] rd_kafka_resp_err_t code() const noexcept { return code_; }

 private:
  rd_kafka_resp_err_t code_;
};

void check(std::string_view what, rd_kafka_resp_err_t code) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) throw call_failed(what, code);
}

/// Also tells the client which brokers lead them by now: one that is dead is
/// asked in vain.
std::int32_t count_partitions(rd_kafka_t* client, const std::string& name) {
  const kafka_topic topic(rd_kafka_topic_new(client, name.c_str(), nullptr));
  const rd_kafka_metadata_t* found = nullptr;
  check("cannot be looked up",
        rd_kafka_metadata(client, 0, topic.get(), &found,
                          static_cast<int>(k_patience.count())));
  const kafka_metadata owner(found);
  if (found->topic_cnt != 1) return 0;
  check("cannot be looked up", found->topics[0].err);
  return found->topics[0].partition_cnt;
}

/// Of each of these partitions the first offset at or behind `time`, as the
/// client's isolation sees it; below zero where there is none.
/// (`rd_kafka_query_watermark_offsets` waits for a dead leader without an end.)
std::map<std::int32_t, std::int64_t> find_offsets(
    std::string_view what, rd_kafka_t* client, const std::string& topic,
    std::int32_t first, std::int32_t end, std::int64_t time) {
  std::map<std::int32_t, std::int64_t> found;
  if (first == end) return found;
  const kafka_partitions asked(rd_kafka_topic_partition_list_new(end - first));
  rd_kafka_topic_partition_list_add_range(asked.get(), topic.c_str(), first,
                                          end - 1);
  for (auto& one : elements(*asked))
    one.offset = time;
  check(what, rd_kafka_offsets_for_times(client, asked.get(),
                                         static_cast<int>(k_patience.count())));
  for (const auto& one : elements(*asked)) {
    check(what, one.err);
    found[one.partition] = one.offset;
  }
  return found;
}

}  // namespace

kafka_follower::kafka_follower(const config& settings,
                               published_requests& known)
    : settings_(settings),
      known_(known),
      reader_(make_topic_reader(settings, isolation_level::read_committed)),
      prober_(make_topic_reader(settings, isolation_level::read_uncommitted)),
      events_(rd_kafka_queue_get_consumer(reader_.get())),
      thread_([this](const std::stop_token& stop) { follow(stop); }) {}

kafka_follower::~kafka_follower() {
  thread_.request_stop();
  rd_kafka_queue_yield(events_.get());
  thread_.join();
  let_go();
}

// What is still told of a partition that is gone lies in its queue, holds it
// and with it, in librdkafka 2.0.2, the client (#4187): it is taken out.
void kafka_follower::let_go() {
  std::vector<kafka_queue> queues;
  for (const auto& [partition, next] : next_) {
    queues.emplace_back(rd_kafka_queue_get_partition(
        reader_.get(), settings_.output.requests.c_str(), partition));
  }
  rd_kafka_assign(reader_.get(), nullptr);
  std::this_thread::sleep_for(k_last_words);
  for (const kafka_queue& queue : queues) {
    while (queue && kafka_message(rd_kafka_consume_queue(queue.get(), 0))) {
    }
  }
}

void kafka_follower::catch_up() {
  {
    const std::scoped_lock lock(mutex_);
    ++asked_;
  }
  rd_kafka_queue_yield(events_.get());
}

bool kafka_follower::caught_up(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience,
                           [this] { return answered_ == asked_; });
}

void kafka_follower::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      aim();
      read();
    } catch (const call_failed& failure) {
      if (failure.code() == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        give_up(failure.what());
      } else {
        log_warn("request topic {}: {}", settings_.output.requests,
                 failure.what());
      }
      std::this_thread::sleep_for(k_pause);
    }
  }
}

void kafka_follower::aim() {
  std::uint64_t asked = 0;
  {
    const std::scoped_lock lock(mutex_);
    asked = asked_;
  }
  if (asked == aimed_ && !next_.empty()) return;
  find_partitions();
  const std::string& topic = settings_.output.requests;
  // For the leaders' sake: those that are read are the ones to ask about.
  std::ignore = count_partitions(prober_.get(), topic);
  target_ = find_offsets("cannot ask for its end", prober_.get(), topic, 0,
                         static_cast<std::int32_t>(next_.size()),
                         RD_KAFKA_OFFSET_END);
  aimed_ = asked;
}

void kafka_follower::find_partitions() {
  const std::int32_t count =
      count_partitions(reader_.get(), settings_.output.requests);
  const auto known = static_cast<std::int32_t>(next_.size());
  if (count <= known) return;
  next_.merge(beginnings(known, count));
  kafka_positions from;
  for (const auto& [partition, offset] : next_) {
    from[{settings_.output.requests, partition}] = offset;
  }
  check("cannot be assigned",
        rd_kafka_assign(reader_.get(), to_partitions(from).get()));
}

kafka_follower::offsets kafka_follower::beginnings(std::int32_t first,
                                                   std::int32_t end) {
  const auto since =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          (published_requests::clock::now() - settings_.detection.window)
              .time_since_epoch())
          .count();
  const auto find = [&](std::int64_t time) {
    return find_offsets("cannot find the beginning of the window",
                        reader_.get(), settings_.output.requests, first, end,
                        time);
  };
  // The end is asked for before the time: what is committed in between is
  // read, and not taken for older than the window.
  offsets found = find(RD_KAFKA_OFFSET_END);
  for (const auto& [partition, offset] : find(since)) {
    // Below zero: no record is that young.
    if (offset >= 0) found[partition] = std::min(found[partition], offset);
  }
  return found;
}

void kafka_follower::read() {
  for (int turn = 0; turn < k_records_a_turn; ++turn) {
    // The first is waited for, or a wake; then what is there already.
    const auto patience = turn > 0 ? std::chrono::milliseconds(0)
                          : flowing_ && !has_reached() ? k_stall
                                                       : k_idle;
    const kafka_message record(rd_kafka_consumer_poll(
        reader_.get(), static_cast<int>(patience.count())));
    if (!record) {
      if (turn == 0 && std::exchange(flowing_, false) && !has_reached())
        wake_fetches();
      break;
    }
    flowing_ = true;
    if (record->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      take(*record);
      next_[record->partition] = record->offset + 1;
    } else if (record->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      // Beyond the markers of transactions, too.
      next_[record->partition] = record->offset;
    } else if (record->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
      throw call_failed("cannot be read", record->err);
    } else {
      log_warn("request topic {}: {}", settings_.output.requests,
               rd_kafka_message_errstr(record.get()));
    }
  }
  if (!has_reached()) return;
  {
    const std::scoped_lock lock(mutex_);
    answered_ = aimed_;
  }
  changed_.notify_all();
}

bool kafka_follower::has_reached() const {
  return std::ranges::all_of(target_, [this](const auto& end) {
    return next_.at(end.first) >= end.second;
  });
}

// A thread of librdkafka's that found its queue full looks again when it has
// anything else to do, which may be a second later (no
// `fetch.queue.backoff.ms` before 2.2): each leader is asked something.
void kafka_follower::wake_fetches() {
  std::ignore = find_offsets(
      "cannot ask for its end", reader_.get(), settings_.output.requests, 0,
      static_cast<std::int32_t>(next_.size()), RD_KAFKA_OFFSET_END);
}

void kafka_follower::take(const rd_kafka_message_t& record) {
  const auto request =
      parser_.read({static_cast<const char*>(record.payload), record.len});
  if (!request) return;
  rd_kafka_timestamp_type_t type{};
  const std::int64_t written = rd_kafka_message_timestamp(&record, &type);
  known_.add(*request, type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
                           ? published_requests::clock::now()
                           : published_requests::clock::time_point(
                                 std::chrono::milliseconds(written)));
}

void kafka_follower::give_up(const std::string& why) {
  if (!std::exchange(denied_, true)) {
    log_error(
        "request topic {}: {}; a token may be requested again after a "
        "restart: give this client the right to read the topic",
        settings_.output.requests, why);
  }
  {
    const std::scoped_lock lock(mutex_);
    answered_ = asked_;
  }
  changed_.notify_all();
}

}  // namespace tokensieve
