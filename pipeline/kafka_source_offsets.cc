// Where the source reads: assignments, committed offsets and what is lost.

#include "pipeline/crash_point.h"
#include "pipeline/kafka_client.h"
#include "pipeline/kafka_source.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace tokensieve {
namespace {

constexpr std::chrono::milliseconds k_broker_patience{5000};
constexpr std::chrono::milliseconds k_pause{200};
constexpr std::chrono::milliseconds k_look_patience{1000};

/// Repeats what throws where a broker has no answer yet: a leader or a
/// coordinator is being elected, a transaction holds the offsets. To give up
/// means to join the group anew, which makes every member wait, so it is done
/// late.
template <typename Ask>
auto ask_patiently(const config& settings, Ask&& ask) {
  using clock = std::chrono::steady_clock;
  const auto limit = clock::now() + recovery_limit(settings);
  while (true) {
    try {
      return ask();
    } catch (const std::runtime_error& failure) {
      if (clock::now() >= limit || stop_requested() != stop_level::none) throw;
      log_info("{}; asking again", failure.what());
    }
    pause_unless_stopped(k_pause);
  }
}

kafka_partitions all_partitions(const topic_sizes& topics) {
  kafka_partitions all(rd_kafka_topic_partition_list_new(0));
  for (const auto& [topic, partitions] : topics) {
    if (partitions > 0) {
      rd_kafka_topic_partition_list_add_range(all.get(), topic.c_str(), 0,
                                              partitions - 1);
    }
  }
  return all;
}

/// Throws std::runtime_error unless all are known.
input_offsets ask_committed(rd_kafka_t* client,
                            const rd_kafka_topic_partition_list_t& partitions,
                            std::chrono::milliseconds patience) {
  const kafka_partitions committed(
      rd_kafka_topic_partition_list_copy(&partitions));
  auto code = rd_kafka_committed(client, committed.get(),
                                 static_cast<int>(patience.count()));
  // An offset that is withheld looks like one that was never committed.
  for (const auto& one : elements(*committed)) {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = one.err;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(fmt::format(
        "cannot read the committed offsets: {}", rd_kafka_err2str(code)));
  }
  return from_commit(*committed);
}

}  // namespace

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
  read_until_.clear();
  input_offsets positions = start_positions(partitions);
  TOKENSIEVE_CRASH_POINT("in-assign");
  const kafka_partitions from = to_partitions(positions.first());
  if (const auto code = rd_kafka_assign(consumer_.get(), from.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(rd_kafka_err2str(code));
  }
  forward_to_work_queue(*from);
  log_info("assigned {} partition{}", partitions.cnt,
           partitions.cnt == 1 ? "" : "s");
  ++monitor_.totals.rebalances[static_cast<std::size_t>(rebalance::assigned)];
  // Nameless members come back by a rebalance.
  if (!settings_.instance.empty()) watch_.begin(clock::now());
  monitor_.lag.assign(positions.next);
  monitor_.state.clear(unready::not_assigned);
  begin_epoch(ledger_.open(std::move(granted), std::move(positions)));
}

// Every member looks, as only the leader's rejoining makes the group rebalance
// and no member knows that it is the leader; the others get back what they
// had. It is a revocation as any other: what was read is committed first.
void kafka_source::look_for_unread_partitions() {
  if (!watch_.is_due(clock::now())) return;
  const auto listed = list_topics(consumer_.get(), k_look_patience);
  if (!listed) {
    watch_.begin(clock::now());
    return;
  }
  const topic_sizes topics = inputs_.select(*listed);
  kafka_positions committed;
  try {
    committed =
        ask_committed(consumer_.get(), *all_partitions(topics), k_look_patience)
            .next;
  } catch (const std::runtime_error& failure) {
    log_info("{}; asking again later", failure.what());
    watch_.begin(clock::now());
    return;
  }
  const auto unread =
      find_unread_partition(topics, ledger_.positions().next, committed);
  if (!unread) {
    watch_.covered();
    return;
  }
  log_warn("{} [{}]: no member of group {} reads this partition; rejoining",
           unread->first, unread->second, settings_.input.group);
  watch_.rejoined(clock::now());
  subscribe();
}

void kafka_source::end_assignment(rebalance how) {
  ++monitor_.totals.rebalances[static_cast<std::size_t>(how)];
  monitor_.state.set(unready::not_assigned);
  monitor_.state.clear(unready::lost_offsets);  // another member's now
  watch_.end();
  recover_at_.reset();
  wait_until_.reset();
  monitor_.state.clear(unready::following_requests);
  monitor_.lag.clear();
}

void kafka_source::revoke(rd_kafka_t* client) {
  const bool lost = rd_kafka_assignment_lost(client) != 0;
  TOKENSIEVE_CRASH_POINT("in-revoke");
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
  TOKENSIEVE_CRASH_POINT("after-revoke");
  fetched_.clear();
  read_until_.clear();
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

input_offsets kafka_source::committed_offsets(
    const rd_kafka_topic_partition_list_t& partitions) {
  return ask_patiently(settings_, [&] {
    return ask_committed(consumer_.get(), partitions, k_broker_patience);
  });
}

kafka_positions kafka_source::log_bounds(
    const rd_kafka_topic_partition_list_t& partitions, bool end) {
  if (partitions.cnt == 0) return {};
  const kafka_partitions bounds(
      rd_kafka_topic_partition_list_copy(&partitions));
  for (auto& one : elements(*bounds)) {
    // In place of a time: the broker takes these two as well.
    one.offset = end ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
  }
  auto code =
      rd_kafka_offsets_for_times(consumer_.get(), bounds.get(),
                                 static_cast<int>(k_broker_patience.count()));
  kafka_positions found;
  for (const auto& one : elements(*bounds)) {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = one.err;
    found[{one.topic, one.partition}] = one.offset;
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    // Whoever asks again shall ask the leaders of then.
    std::ignore = list_topics(consumer_.get(), k_look_patience);
    throw std::runtime_error(
        fmt::format("cannot read where the input topics begin and end: {}",
                    rd_kafka_err2str(code)));
  }
  return found;
}

void kafka_source::take_stock() {
  std::optional<topic_sizes> listed;
  while (!(listed = list_topics(consumer_.get(), k_broker_patience))) {
    if (stop_requested() != stop_level::none) return;
    log_info("waiting for the list of topics");
  }
  inputs_.report_missing(*listed, clock::now());
  if (settings_.input.start != start_position::latest) return;

  // Before we are a member: the offsets that members of a group's first
  // generation commit do not make the partitions of the others later ones.
  topic_sizes topics = inputs_.select(*listed);
  const kafka_partitions all = all_partitions(topics);
  while (stop_requested() == stop_level::none) {
    try {
      for (const auto& [where, offset] : committed_offsets(*all).next) {
        topics.erase(where.first);
      }
      inputs_.begin_at_end(std::move(topics));
      return;
    } catch (const std::runtime_error& failure) {
      log_warn("{}; trying again", failure.what());
    }
    poll_consumer();  // may tell that it is of no avail
  }
}

input_offsets kafka_source::start_positions(
    const rd_kafka_topic_partition_list_t& partitions) {
  input_offsets positions = committed_offsets(partitions);
  const auto bounds = [&](bool end) {
    return ask_patiently(settings_,
                         [&] { return log_bounds(partitions, end); });
  };
  const kafka_positions begins = bounds(false);
  const kafka_positions ends = bounds(true);
  std::map<std::string, int> begun;  // partitions, by topic
  for (const auto& [where, begin] : begins) {
    const auto [position, is_new] = positions.next.try_emplace(where, begin);
    if (is_new) {
      if (inputs_.begins_at_end(where.first, where.second)) {
        position->second = ends.at(where);
      } else {
        ++begun[where.first];
      }
      to_commit_.insert(*position);
    } else if (is_lost(where, position->second, begin)) {
      report_loss(where, position->second, begin, ends.at(where));
      positions.replay.erase(where);
      if (settings_.input.on_lost == lost_offset::proceed) {
        position->second = begin;
        to_commit_.insert(*position);
      } else {
        positions.next.erase(position);
        continue;
      }
    }
    refused_.erase(where);
  }
  for (const auto& [topic, count] : begun) {
    log_info(
        "{}: {} partition{} without an offset of the group: from the "
        "beginning",
        topic, count, count == 1 ? "" : "s");
  }
  fit_replays(positions, begins, ends);
  return positions;
}

void kafka_source::fit_replays(input_offsets& positions,
                               const kafka_positions& begins,
                               const kafka_positions& ends) {
  for (auto one = positions.replay.begin(); one != positions.replay.end();) {
    auto& [where, from] = *one;
    from = std::max(from, begins.at(where));
    const std::int64_t next = positions.next.at(where);
    // What stands there when the log was cut or made anew is not what we read:
    // the broker shall refuse the offset, and the loss be told.
    const bool known = from < next && next <= ends.at(where);
    one = known ? std::next(one) : positions.replay.erase(one);
  }
}

// The broker does not have the offset that comes next. librdkafka 2.0.2 can
// neither seek in the partition nor go on with it, so the group is joined
// anew, and the start decides what is lost and what becomes of it. What was
// read before is committed first, so that no more is lost than must be.
void kafka_source::on_lost_offset(const rd_kafka_message_t& message) {
  const partition where(rd_kafka_topic_name(message.rkt), message.partition);
  inputs_.has_begun(where.first);
  refused_[where] = message.offset;
  const kafka_partitions asked = to_partitions({{where, 0}});
  rd_kafka_position(consumer_.get(), asked.get());
  read_until_[where] = asked->elems[0].offset;  // negative: nothing
  log_warn("{} [{}]: the broker does not have offset {} any more", where.first,
           where.second, message.offset);
}

bool kafka_source::is_committed_up_to_lost_offsets() const {
  const kafka_positions committed = ledger_.positions().next;
  return std::ranges::all_of(read_until_, [&](const auto& one) {
    const auto found = committed.find(one.first);
    return found == committed.end() || found->second >= one.second;
  });
}

bool kafka_source::is_lost(const partition& where, std::int64_t offset,
                           std::int64_t begin) const {
  const auto refused = refused_.find(where);
  return offset < begin ||
         (refused != refused_.end() && refused->second == offset);
}

void kafka_source::report_loss(const partition& where, std::int64_t offset,
                               std::int64_t begin, std::int64_t end) {
  const bool go_on = settings_.input.on_lost == lost_offset::proceed;
  std::string what;
  if (offset < begin) {
    what = fmt::format("records {} to {} were deleted before they were read",
                       offset, begin - 1);
    monitor_.totals.lost_records += static_cast<std::uint64_t>(begin - offset);
  } else {
    what = fmt::format(
        "the group's offset {} lies beyond the end {}: the topic was made "
        "anew, or its log was cut",
        offset, end);
  }
  if (!go_on) {
    monitor_.state.set(
        unready::lost_offsets,
        fmt::format("{} [{}]: {}", where.first, where.second, what));
  }
  log_error(
      "{} [{}]: {}; {}", where.first, where.second, what,
      go_on ? fmt::format("going on from {} (input.on_lost is continue)", begin)
            : fmt::format("the partition stops (input.on_lost is stop): end "
                          "every instance, then start with input.on_lost "
                          "continue, or reset the offset of group {}",
                          settings_.input.group));
}

}  // namespace tokensieve
