#include "pipeline/kafka_source.h"

#include "pipeline/crash_point.h"
#include "pipeline/event_weight.h"
#include "pipeline/kafka_client.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"
#include "schemas/event_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

// A batch holds so much: a worker that slept is woken for it, which costs what
// the inspection of some ten KB does, and the workers share a busy stream.
constexpr std::size_t k_batch_bytes = 1 << 20;
constexpr std::size_t k_batch_records = 1024;
// What the client and the batch keep of a record besides its bytes.
constexpr std::size_t k_record_overhead = 512;

constexpr std::chrono::milliseconds k_poll{50};
constexpr std::chrono::milliseconds k_look_interval{1000};
constexpr std::chrono::milliseconds k_look_patience{300};
constexpr std::chrono::milliseconds k_list_patience{1000};
constexpr std::chrono::seconds k_repeat{60};

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

/// Empty where the value claims to be JSON by itself: the client makes a list
/// of the headers to look one up, even of none.
std::string_view content_type_of(const rd_kafka_message_t& message,
                                 std::string_view value) {
  constexpr const char* k_content_type = "content-type";
  return claims_json(value, {}) ? std::string_view()
                                : header_value(message, k_content_type);
}

// Nobody interprets what is read around a value, but AddressSanitizer fences
// off what is no part of an allocation.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool k_reads_around = false;
#else
constexpr bool k_reads_around = true;
#endif

/// Memory is mapped by pages: what follows a value in its page may be read.
std::size_t readable_behind(std::string_view value) {
  constexpr std::uintptr_t k_page = 4096;
  const auto end =
      reinterpret_cast<std::uintptr_t>(value.data() + value.size());
  return k_reads_around ? (k_page - end % k_page) % k_page : 0;
}

/// In one fetch, with no more than a key and headers between them: less than
/// a page, so one of theirs.
bool adjoins(std::string_view before, std::string_view value) {
  constexpr std::uintptr_t k_most_between = 512;
  // Unsigned: what lies in front is far behind.
  return k_reads_around && reinterpret_cast<std::uintptr_t>(value.data()) -
                                   reinterpret_cast<std::uintptr_t>(
                                       before.data() + before.size()) <=
                               k_most_between;
}

/// The units of a batch that begins with `message`: only the first record of
/// a batch may be larger than a full one.
std::size_t cost_of(const rd_kafka_message_t& message,
                    std::uint64_t max_event_bytes) {
  const std::string_view value(static_cast<const char*>(message.payload),
                               message.len);
  const std::size_t weight = event_weight(value, max_event_bytes);
  return std::max(k_batch_bytes, event_cost(weight) + k_record_overhead +
                                     message.key_len +
                                     content_type_of(message, value).size());
}

}  // namespace

kafka_source::kafka_source(const config& settings, memory_units& units,
                           epoch_ledger& ledger, stream_monitor& monitor,
                           kafka_follower* requests)
    : settings_(settings),
      units_(units),
      ledger_(ledger),
      monitor_(monitor),
      requests_(requests),
      inputs_(settings.input) {
  connect();
  take_stock();
  subscribe();
}

kafka_source::~kafka_source() = default;

void kafka_source::connect() {
  kafka_conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
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
}

void kafka_source::subscribe() {
  const kafka_partitions topics(rd_kafka_topic_partition_list_new(
      static_cast<int>(settings_.input.topics.size())));
  for (const std::string& topic : settings_.input.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(),
                                      RD_KAFKA_PARTITION_UA);
  }
  if (const auto code = rd_kafka_subscribe(consumer_.get(), topics.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR &&
      code != RD_KAFKA_RESP_ERR__FATAL) {  // poll_consumer tells that one
    throw std::runtime_error(
        fmt::format("cannot subscribe: {}", rd_kafka_err2str(code)));
  }
}

batch_ptr kafka_source::next() {
  while (stop_requested() == stop_level::none) {
    poll_consumer();
    tell_monitor();
    if (const auto failed = ledger_.failed()) {
      recover(*failed);
      continue;
    }
    if (!knows_requests()) continue;
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
    if (fetched_.empty() && !fetch(k_poll)) continue;
    // Nothing more is read until there are units for a batch; the consumer
    // is polled meanwhile.
    auto lease = units_.acquire(
        cost_of(*fetched_.front(), settings_.input.max_event_bytes), k_poll);
    if (!lease) continue;

    auto filled = std::make_unique<batch>();
    filled->epoch = epoch_;
    filled->records.reserve(fetched_.size());
    filled->held.reserve(fetched_.size());
    // Values stay where they are. What is yet to come is not waited for: a
    // steady trickle would hold the batch back until it is full.
    while (add(*filled, fetched_.front())) {
      fetched_.pop_front();
      if (!fetched_.empty()) continue;
      if (!fetch({})) break;
      filled->records.reserve(filled->records.size() + fetched_.size());
      filled->held.reserve(filled->held.size() + fetched_.size());
    }
    filled->units = std::move(*lease);
    TOKENSIEVE_CRASH_POINT("after-poll");
    return filled;
  }
  return nullptr;
}

void kafka_source::poll_consumer() {
  // Serves the group: assignments and errors come in here, and what was
  // fetched before an assignment's queues were forwarded. Those records come
  // before all that is in the work queue, so this queue is emptied first.
  while (kafka_message event{rd_kafka_consumer_poll(consumer_.get(), 0)}) {
    if (event->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      fetched_.push_back(std::move(event));
    } else {
      on_event(*event);
    }
  }
  check_group_right();
  look_for_topics();
  if (!read_until_.empty() && is_committed_up_to_lost_offsets()) {
    rebuild_reason_ = "an offset is lost";
  }
  if (!rebuild_reason_.empty()) {
    rebuild(std::exchange(rebuild_reason_, {}));
    return;
  }

  // A fatal error is told once and may be missed, so ask, too.
  std::array<char, 256> reason{};
  if (rd_kafka_fatal_error(consumer_.get(), reason.data(), reason.size()) ==
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    look_for_unread_partitions();
  } else {
    rebuild(reason.data());
  }
}

void kafka_source::tell_monitor() {
  monitor_.state.source_thread.beat();
  const auto now = clock::now();
  if (now < look_due_) return;
  look_due_ = now + k_look_interval;
  monitor_.lag.look_up_ends(consumer_.get());
  // The client says that all brokers are gone, never that one is back.
  if (!monitor_.state.is(unready::broker_down)) return;
  const rd_kafka_metadata_t* answer = nullptr;
  if (rd_kafka_metadata(consumer_.get(), 0, nullptr, &answer,
                        static_cast<int>(k_look_patience.count())) ==
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_metadata_destroy(answer);
    log_info("a broker answers again");
    monitor_.state.clear(unready::broker_down);
  }
}

// Errors of single brokers stand in the client's log.
void kafka_source::on_error(rd_kafka_t*, int code, const char*,
                            void* self) noexcept {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  log_warn("no broker can be reached");
  static_cast<kafka_source*>(self)->monitor_.state.set(unready::broker_down);
}

void kafka_source::look_for_topics() {
  if (clock::now() < inputs_.next_look()) return;
  if (const auto listed = list_topics(consumer_.get(), k_list_patience)) {
    inputs_.report_missing(*listed, clock::now());
  }
}

bool kafka_source::fetch(std::chrono::milliseconds patience) {
  std::array<rd_kafka_message_t*, k_batch_records> messages{};
  std::size_t count = 0;
  // The batch call waits until it has all it was asked for: wait for one
  // record, then take what else is there.
  if (fetched_.empty()) {
    messages[0] =
        rd_kafka_consume_queue(work_.get(), static_cast<int>(patience.count()));
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
    bytes += message->len + k_record_overhead;
    // `add` looks at how it begins; the thread that inflated it is another.
    __builtin_prefetch(message->payload);
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
  const std::string_view content_type = content_type_of(*message, value);
  const std::size_t size = value.size() + key.size() + content_type.size();
  const bool large =
      event_weight(value, settings_.input.max_event_bytes) > k_large_event;
  const std::string& topic = topic_of(*message);
  const auto replay = replay_until_.find({&topic, message->partition});
  const bool replayed =
      replay != replay_until_.end() && message->offset < replay->second;
  const std::size_t kept = (to.records.size() + 1) * k_record_overhead;
  const bool full =
      to.large || large || to.value_bytes + size + kept > k_batch_bytes;
  if (!to.records.empty() && (full || to.replayed != replayed)) return false;
  to.value_bytes += size;
  to.replayed = replayed;
  if (replay != replay_until_.end() && message->offset + 1 >= replay->second)
    replay_until_.erase(replay);

  record& added = to.records.emplace_back();
  added.source_name = &topic;
  added.partition = message->partition;
  added.offset = message->offset;
  rd_kafka_timestamp_type_t type{};
  if (const auto ms = rd_kafka_message_timestamp(message.get(), &type);
      type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && ms >= 0) {
    added.timestamp_ms = ms;
  }
  added.too_large = value.size() > settings_.input.max_event_bytes;
  added.has_key = message->key != nullptr;
  if (!replayed) {
    partition_position& position = to.position_of(topic, added.partition);
    position.next_offset = added.offset + 1;
    position.timestamp_ms = added.timestamp_ms;
  }

  added.value = value;
  added.readable_behind = readable_behind(value);
  added.key = key;
  added.content_type = content_type;
  if (to.records.size() > 1) {
    const record& before = to.records[to.records.size() - 2];
    added.adjoins = before.source_name == added.source_name &&
                    before.partition == added.partition &&
                    adjoins(before.value, value);
  }
  to.large = large;
  to.owner = consumer_;  // which must outlive its messages
  to.held.emplace_back(message.release(), [](void* held) {
    rd_kafka_message_destroy(static_cast<rd_kafka_message_t*>(held));
  });
  return true;
}

void kafka_source::on_event(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
    on_lost_offset(message);
    return;
  }
  if (message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED &&
      !refused_at_) {
    refused_at_ = clock::now();
  }
  const std::string topic =
      message.rkt == nullptr ? "" : rd_kafka_topic_name(message.rkt);
  const bool gone = message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                    message.err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                    message.err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
  if (gone) {
    if (inputs_.is_missing(topic)) return;  // that was said
    inputs_.has_begun(topic);
    inputs_.look_soon();
  }
  const auto now = clock::now();
  const auto [last, first] = told_.try_emplace({topic, message.err}, now);
  if (!first && now < last->second + k_repeat) return;
  last->second = now;
  if (gone) {
    log_warn("input topic {}: {}", topic, rd_kafka_err2str(message.err));
  } else {
    log_warn("consumer: {} [{}]: {}", topic, message.partition,
             rd_kafka_message_errstr(&message));
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
