#include "pipeline/kafka_source.h"

#include "pipeline/kafka_client.h"
#include "pipeline/stop_signal.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace tokensieve {
namespace {

// A batch holds so much; its fixed part costs nothing beside it, and the
// workers share a busy stream.
constexpr std::size_t k_batch_bytes = 256 << 10;
constexpr std::size_t k_batch_records = 2048;
// Up to here a copy into the batch costs less than a scan of its own.
constexpr std::size_t k_packed = 2 << 10;
constexpr std::size_t k_padding = 64;
constexpr std::size_t k_large = 1 << 20;
constexpr std::size_t k_large_factor = 6;

constexpr std::chrono::milliseconds k_poll{50};
constexpr std::chrono::milliseconds k_broker_patience{5000};
// The broker aborts a dead transaction within its time-out and 10 s more;
// until then offsets of a partition cannot be read.
constexpr std::chrono::milliseconds k_offsets_patience =
    k_transaction_timeout + std::chrono::seconds(12);
constexpr std::chrono::milliseconds k_longest_pause{10'000};
constexpr int k_rewinds = 20;

std::span<rd_kafka_topic_partition_t> elements(
    const rd_kafka_topic_partition_list_t& list) {
  return {list.elems, static_cast<std::size_t>(list.cnt)};
}

/// Valid while the message is.
std::string_view header_value(const rd_kafka_message_t& message,
                              const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) !=
          RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, name, &value, &size) !=
          RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {};
  }
  return {static_cast<const char*>(value), size};
}

void pause_unless_stopped(std::chrono::milliseconds pause) {
  const auto until = std::chrono::steady_clock::now() + pause;
  while (std::chrono::steady_clock::now() < until &&
         stop_requested() == stop_level::none) {
    std::this_thread::sleep_for(k_poll);
  }
}

}  // namespace

kafka_source::kafka_source(const config& settings, memory_units& units,
                           epoch_ledger& ledger)
    : settings_(settings), units_(units), ledger_(ledger) {
  connect();
}

kafka_source::~kafka_source() = default;

void kafka_source::connect() {
  kafka_conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  rd_kafka_conf_set_opaque(conf.get(), this);
  consumer_ = std::shared_ptr<rd_kafka_t>(
      make_consumer(settings_, std::move(conf)).release(),
      // Closing is ours to do, and from this thread; the last reference may
      // be a batch's.
      [](rd_kafka_t* client) {
        rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
      });
  last_topic_ = nullptr;
  work_.reset(rd_kafka_queue_new(consumer_.get()));
  rd_kafka_poll_set_consumer(consumer_.get());

  const kafka_partitions topics(rd_kafka_topic_partition_list_new(
      static_cast<int>(settings_.input.topics.size())));
  for (const std::string& topic : settings_.input.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(),
                                      RD_KAFKA_PARTITION_UA);
  }
  if (const auto code = rd_kafka_subscribe(consumer_.get(), topics.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(
        fmt::format("cannot subscribe: {}", rd_kafka_err2str(code)));
  }
}

batch_ptr kafka_source::next() {
  while (stop_requested() == stop_level::none) {
    poll_consumer();
    if (const auto failed = ledger_.failed()) {
      recover(*failed);
      continue;
    }
    if (!to_commit_.empty()) {
      // A position without a record: where reading began must be known even
      // if the process dies before the first record comes.
      auto positions = std::make_unique<batch>();
      positions->epoch = epoch_;
      for (const auto& [where, offset] : std::exchange(to_commit_, {})) {
        positions->positions.push_back(
            {&intern(where.first.c_str()), where.second, offset});
      }
      return positions;
    }
    if (fetched_.empty() && !fetch()) continue;
    // Nothing more is read until there are units for a batch; the consumer
    // is polled meanwhile.
    const std::size_t size = fetched_.front()->len;
    auto lease = units_.acquire(
        size > k_large ? k_large_factor * size : k_batch_bytes, k_poll);
    if (!lease) continue;

    auto filled = std::make_unique<batch>();
    filled->epoch = epoch_;
    // Copies of what is waiting follow each other; larger values stay where
    // they are.
    while (add(*filled, fetched_.front())) {
      fetched_.pop_front();
      if (fetched_.empty() && !fetch()) break;
    }
    filled->units = std::move(*lease);
    failures_ = 0;
    return filled;
  }
  return nullptr;
}

void kafka_source::poll_consumer() {
  // Serves the group: assignments come in here, records do not.
  const kafka_message event(rd_kafka_consumer_poll(consumer_.get(), 0));
  if (event) on_event(*event);
  if (!rebuild_reason_.empty()) {
    rebuild(std::exchange(rebuild_reason_, {}));
    return;
  }

  // A fatal error is told once and may be missed, so ask, too.
  std::array<char, 256> reason{};
  const auto fatal =
      rd_kafka_fatal_error(consumer_.get(), reason.data(), reason.size());
  if (fatal == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  if (fatal == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) {
    // A broker that died can say so, too; a twin says so again.
    if (std::exchange(fenced_before_, true)) {
      throw duplicate_instance(fmt::format(
          "another process uses the instance name {}; give each its own",
          settings_.instance));
    }
  }
  rebuild(reason.data());
}

void kafka_source::rebuild(const std::string& why) {
  spdlog::warn("consumer: {}; joining the group anew", why);
  ledger_.close(epoch_ledger::ending::abort, k_broker_patience);
  fetched_.clear();
  rd_kafka_consumer_close(consumer_.get());
  work_.reset();
  consumer_.reset();
  pause_unless_stopped(std::chrono::seconds(1));
  connect();
}

void kafka_source::recover(epoch_ledger::failure how) {
  fetched_.clear();
  // Each failure in a row waits longer; the first does not wait.
  const auto pause = std::min<std::chrono::milliseconds>(
      k_longest_pause,
      std::chrono::milliseconds(100) *
          ((1U << std::min<std::uint64_t>(failures_++, 10)) - 1U));
  pause_unless_stopped(pause);

  kafka_positions positions = ledger_.positions();
  if (how == epoch_ledger::failure::unknown) {
    // The last commit may have come through although nobody told us.
    const kafka_partitions asked = to_partitions(positions);
    try {
      for (const auto& [where, offset] : committed_offsets(*asked)) {
        positions[where] = offset;
      }
    } catch (const std::runtime_error& failure) {
      rebuild(failure.what());
      return;
    }
  }
  if (!rewind(positions)) {
    rebuild("cannot rewind to the last commit");
    return;
  }
  epoch_ = ledger_.reopen(std::move(positions));
}

bool kafka_source::rewind(const kafka_positions& positions) {
  // A partition that has only just been assigned refuses to be rewound.
  for (int attempt = 0; attempt < k_rewinds; ++attempt) {
    const kafka_partitions to = to_partitions(positions);
    // 2.0.2 takes any other time-out for a thousandth of it.
    const kafka_error failure(
        rd_kafka_seek_partitions(consumer_.get(), to.get(), -1));
    if (!failure && std::ranges::all_of(elements(*to), [](const auto& one) {
          return one.err == RD_KAFKA_RESP_ERR_NO_ERROR;
        })) {
      return true;
    }
    pause_unless_stopped(k_poll);
  }
  return false;
}

void kafka_source::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t what,
                                rd_kafka_topic_partition_list_t* partitions,
                                void* self) noexcept {
  auto& source = *static_cast<kafka_source*>(self);
  try {
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      source.assign(*partitions);
    } else {
      source.revoke(client);
    }
  } catch (const std::exception& failure) {
    // The group believes that we read; only joining anew puts that right.
    source.rebuild_reason_ = failure.what();
    rd_kafka_assign(client, nullptr);
  }
}

void kafka_source::assign(rd_kafka_topic_partition_list_t& partitions) {
  // Read before anything that takes time: if the group moves on meanwhile,
  // these metadata are refused.
  assignment granted{.consumer = consumer_,
                     .metadata = kafka_group_metadata(
                         rd_kafka_consumer_group_metadata(consumer_.get()))};
  fetched_.clear();
  kafka_positions positions = start_positions(partitions);
  const kafka_partitions from = to_partitions(positions);
  if (const auto code = rd_kafka_assign(consumer_.get(), from.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(rd_kafka_err2str(code));
  }
  forward_to_work_queue(*from);
  spdlog::info("assigned {} partition{}", partitions.cnt,
               partitions.cnt == 1 ? "" : "s");
  epoch_ = ledger_.open(std::move(granted), std::move(positions));
}

void kafka_source::revoke(rd_kafka_t* client) {
  const bool lost = rd_kafka_assignment_lost(client) != 0;
  const auto session = client_property(client, "session.timeout.ms");
  const std::chrono::milliseconds patience(
      session ? std::atoi(session->c_str()) / 2 : 5000);
  if (!ledger_.close(
          lost ? epoch_ledger::ending::abort : epoch_ledger::ending::commit,
          patience)) {
    spdlog::warn("the last commit did not end within {} ms; its epoch is over",
                 patience.count());
  }
  fetched_.clear();
  to_commit_.clear();
  spdlog::info("partitions {}", lost ? "lost" : "revoked");
  rd_kafka_assign(client, nullptr);
}

void kafka_source::forward_to_work_queue(
    const rd_kafka_topic_partition_list_t& partitions) {
  for (const auto& one : elements(partitions)) {
    const kafka_queue queue(rd_kafka_queue_get_partition(
        consumer_.get(), one.topic, one.partition));
    if (queue) rd_kafka_queue_forward(queue.get(), work_.get());
  }
}

kafka_positions kafka_source::committed_offsets(
    const rd_kafka_topic_partition_list_t& partitions) {
  const kafka_partitions committed(
      rd_kafka_topic_partition_list_copy(&partitions));
  const auto limit = clock::now() + k_offsets_patience;
  while (true) {
    const auto code =
        rd_kafka_committed(consumer_.get(), committed.get(),
                           static_cast<int>(k_broker_patience.count()));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    if (clock::now() >= limit || stop_requested() != stop_level::none) {
      throw std::runtime_error(fmt::format(
          "cannot read the committed offsets: {}", rd_kafka_err2str(code)));
    }
    spdlog::info("waiting for the committed offsets: {}",
                 rd_kafka_err2str(code));
  }
  kafka_positions positions;
  for (const auto& one : elements(*committed)) {
    if (one.offset >= 0) positions[{one.topic, one.partition}] = one.offset;
  }
  return positions;
}

kafka_positions kafka_source::start_positions(
    const rd_kafka_topic_partition_list_t& partitions) {
  kafka_positions positions = committed_offsets(partitions);
  for (const auto& one : elements(partitions)) {
    const auto [position, added] =
        positions.try_emplace({one.topic, one.partition}, 0);
    if (!added) continue;
    position->second = log_end(one.topic, one.partition,
                               settings_.input.start == start_position::latest);
    to_commit_.insert(*position);
  }
  return positions;
}

std::int64_t kafka_source::log_end(const char* topic, std::int32_t partition,
                                   bool latest) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto code = rd_kafka_query_watermark_offsets(
      consumer_.get(), topic, partition, &low, &high,
      static_cast<int>(k_broker_patience.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(
        fmt::format("cannot read the offsets of {} [{}]: {}", topic, partition,
                    rd_kafka_err2str(code)));
  }
  return latest ? high : low;
}

bool kafka_source::fetch() {
  std::array<rd_kafka_message_t*, 256> messages{};
  std::size_t count = 0;
  // The batch call waits until it has all it was asked for: wait for one
  // record, then take what else is there.
  if (fetched_.empty()) {
    messages[0] =
        rd_kafka_consume_queue(work_.get(), static_cast<int>(k_poll.count()));
    if (messages[0] == nullptr) return false;
    count = 1;
  }
  if (fetch_count_ > count) {
    const ssize_t got = rd_kafka_consume_batch_queue(
        work_.get(), 0, messages.data() + count, fetch_count_ - count);
    count += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  std::size_t bytes = 0;
  for (rd_kafka_message_t* taken : std::span(messages.data(), count)) {
    kafka_message message(taken);
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      on_event(*message);
      continue;
    }
    bytes += message->len;
    fetched_.push_back(std::move(message));
  }
  // Ask for about a batch the next time: what is taken out of the client's
  // queue no longer counts there.
  if (count > 0) {
    fetch_count_ = std::clamp<std::size_t>(k_batch_bytes / (bytes / count + 1),
                                           1, messages.size());
  }
  return !fetched_.empty();
}

bool kafka_source::add(batch& to, kafka_message& message) {
  const std::string_view value(static_cast<const char*>(message->payload),
                               message->len);
  const std::string_view key(static_cast<const char*>(message->key),
                             message->key_len);
  const std::string_view content_type = header_value(*message, "content-type");
  const std::size_t used = to.packed.size();
  const std::size_t size = value.size() + key.size() + content_type.size();
  const bool full = to.large || to.records.size() == k_batch_records ||
                    to.value_bytes + size > k_batch_bytes;
  if (!to.records.empty() && full) return false;
  to.value_bytes += size;

  record& added = to.records.emplace_back();
  added.source_name = &topic_of(*message);
  added.partition = message->partition;
  added.offset = message->offset;
  rd_kafka_timestamp_type_t type{};
  if (const auto ms = rd_kafka_message_timestamp(message.get(), &type);
      type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && ms >= 0) {
    added.timestamp_ms = ms;
  }
  added.too_large = value.size() > settings_.input.max_event_bytes;
  added.has_key = message->key != nullptr;
  to.position_of(*added.source_name, added.partition).next_offset =
      added.offset + 1;

  if (size > k_packed) {
    added.value = value;
    added.key = key;
    added.content_type = content_type;
    to.large = value.size() > k_large;
    to.owner = consumer_;  // which must outlive its messages
    to.held.push_back(std::shared_ptr<const void>(std::move(message)));
    return true;
  }
  if (!to.arena) {
    to.arena =
        std::make_unique_for_overwrite<char[]>(k_batch_bytes + k_padding);
  }
  char* place = to.arena.get() + used;
  const auto copy = [&place](std::string_view from) {
    const std::string_view kept(place, from.size());
    place = std::ranges::copy(from, place).out;
    return kept;
  };
  added.value = copy(value);
  added.key = copy(key);
  added.content_type = copy(content_type);
  added.packed = true;
  added.readable_behind = k_batch_bytes + k_padding - used - added.value.size();
  to.packed = {to.arena.get(), used + size};
  message.reset();
  return true;
}

void kafka_source::on_event(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    on_lost_offset(message);
    return;
  }
  const char* topic =
      message.rkt == nullptr ? "" : rd_kafka_topic_name(message.rkt);
  spdlog::warn("consumer: {} [{}]: {}", topic, message.partition,
               rd_kafka_message_errstr(&message));
}

// Retention has deleted the committed offset: what lies between is lost.
void kafka_source::on_lost_offset(const rd_kafka_message_t& message) {
  const char* topic = rd_kafka_topic_name(message.rkt);
  try {
    const std::int64_t low = log_end(topic, message.partition, false);
    const bool go_on = settings_.input.on_lost == lost_offset::proceed;
    spdlog::error(
        "{} [{}]: records before offset {} were deleted before they were "
        "read; {}",
        topic, message.partition, low,
        go_on ? "going on from there"
              : "the partition stops: set input.on_lost to continue, or reset "
                "the group's offset");
    if (!go_on) return;
    if (!rewind({{{topic, message.partition}, low}})) {
      rebuild_reason_ = "cannot go on behind the deleted records";
    }
  } catch (const std::runtime_error& failure) {
    rebuild_reason_ = failure.what();
  }
}

const std::string& kafka_source::intern(const char* topic) {
  return *topics_.emplace(topic).first;
}

const std::string& kafka_source::topic_of(const rd_kafka_message_t& message) {
  if (message.rkt != last_topic_) {
    last_topic_ = message.rkt;
    last_name_ = &intern(rd_kafka_topic_name(message.rkt));
  }
  return *last_name_;
}

void kafka_source::close() {
  fetched_.clear();
  rd_kafka_consumer_close(consumer_.get());
}

}  // namespace tokensieve
