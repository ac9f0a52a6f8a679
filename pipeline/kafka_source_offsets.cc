// Where the source reads: assignments, committed offsets and rewinds.

#include "pipeline/kafka_client.h"
#include "pipeline/kafka_source.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace tokensieve {
namespace {

constexpr std::chrono::milliseconds k_broker_patience{5000};
constexpr std::chrono::milliseconds k_follow_poll{50};
constexpr std::chrono::milliseconds k_longest_pause{10'000};
constexpr std::chrono::milliseconds k_rewind_pause{50};
constexpr int k_rewinds = 20;

}  // namespace

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
  begin_epoch(ledger_.reopen(std::move(positions)));
}

void kafka_source::begin_epoch(std::uint64_t epoch) {
  epoch_ = epoch;
  monitor_.state.clear(unready::fenced);
  if (requests_ == nullptr) return;
  // Behind the committed offsets: whoever committed those has written the
  // requests that belong to them.
  requests_->catch_up();
  monitor_.state.set(unready::following_requests);
  wait_until_ = clock::now() + recovery_limit(settings_);
}

bool kafka_source::knows_requests() {
  if (!wait_until_) return true;
  if (!requests_->caught_up(k_follow_poll)) {
    if (clock::now() < *wait_until_) return false;
    ++monitor_.totals.follow_timeouts;
    log_warn(
        "request topic {}: not read to its end within {} s, going on; a token "
        "of an earlier request may be requested again",
        settings_.output.requests,
        std::chrono::duration_cast<std::chrono::seconds>(
            recovery_limit(settings_))
            .count());
  }
  wait_until_.reset();
  monitor_.state.clear(unready::following_requests);
  return true;
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
    pause_unless_stopped(k_rewind_pause);
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
  log_info("assigned {} partition{}", partitions.cnt,
           partitions.cnt == 1 ? "" : "s");
  ++monitor_.totals.rebalances[static_cast<std::size_t>(rebalance::assigned)];
  monitor_.lag.assign(positions);
  monitor_.state.clear(unready::not_assigned);
  begin_epoch(ledger_.open(std::move(granted), std::move(positions)));
}

void kafka_source::end_assignment(rebalance how) {
  ++monitor_.totals.rebalances[static_cast<std::size_t>(how)];
  monitor_.state.set(unready::not_assigned);
  monitor_.state.clear(unready::lost_offsets);  // another member's now
  wait_until_.reset();
  monitor_.state.clear(unready::following_requests);
  monitor_.lag.clear();
}

void kafka_source::revoke(rd_kafka_t* client) {
  const bool lost = rd_kafka_assignment_lost(client) != 0;
  const std::string session =
      client_property(client, "session.timeout.ms").value_or("");
  const std::chrono::milliseconds patience(
      std::strtoll(session.c_str(), nullptr, 10) / 2);
  if (!ledger_.close(
          lost ? epoch_ledger::ending::abort : epoch_ledger::ending::commit,
          patience)) {
    log_warn("the last commit did not end within {} ms; its epoch is over",
             patience.count());
  }
  fetched_.clear();
  to_commit_.clear();
  log_info("partitions {}", lost ? "lost" : "revoked");
  end_assignment(lost ? rebalance::lost : rebalance::revoked);
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
  // Offsets of a partition cannot be read while a transaction holds them.
  const auto limit = clock::now() + recovery_limit(settings_);
  while (true) {
    const auto code =
        rd_kafka_committed(consumer_.get(), committed.get(),
                           static_cast<int>(k_broker_patience.count()));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    if (clock::now() >= limit || stop_requested() != stop_level::none) {
      throw std::runtime_error(fmt::format(
          "cannot read the committed offsets: {}", rd_kafka_err2str(code)));
    }
    log_info("waiting for the committed offsets: {}", rd_kafka_err2str(code));
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

// Retention has deleted the committed offset: what lies between is lost.
void kafka_source::on_lost_offset(const rd_kafka_message_t& message) {
  const char* topic = rd_kafka_topic_name(message.rkt);
  try {
    const std::int64_t low = log_end(topic, message.partition, false);
    const std::int64_t from = ledger_.positions()[{topic, message.partition}];
    monitor_.totals.lost_records +=
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, low - from));
    const bool go_on = settings_.input.on_lost == lost_offset::proceed;
    log_error(
        "{} [{}]: records before offset {} were deleted before they were "
        "read; {}",
        topic, message.partition, low,
        go_on ? "going on from there"
              : "the partition stops: set input.on_lost to continue, or reset "
                "the group's offset");
    if (!go_on) {
      monitor_.state.set(unready::lost_offsets,
                         fmt::format("{} [{}]: offsets {} to {} were deleted",
                                     topic, message.partition, from, low - 1));
      return;
    }
    if (!rewind({{{topic, message.partition}, low}})) {
      rebuild_reason_ = "cannot go on behind the deleted records";
    }
  } catch (const std::runtime_error& failure) {
    rebuild_reason_ = failure.what();
  }
}

}  // namespace tokensieve
