// The one recovery path: what a start, an abort, a fence, a lost partition and
// a lost client have in common (README.md, "One recovery path").

#include "pipeline/commands.h"
#include "pipeline/crash_point.h"
#include "pipeline/kafka_client.h"
#include "pipeline/kafka_source.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace tokensieve {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_poll{50};
constexpr milliseconds k_answer_patience{500};
constexpr milliseconds k_close_patience{5000};
constexpr milliseconds k_first_pause{100};
constexpr milliseconds k_longest_pause{10'000};
constexpr milliseconds k_rewind_pause{50};
constexpr int k_rewinds = 20;
constexpr std::chrono::seconds k_fence_memory{60};
// A right that is only just being given, and a rebalance that waits for a dead
// member, are waited for.
constexpr std::chrono::seconds k_right_patience{20};

}  // namespace

// librdkafka asks again and again, and does not tell each refusal.
void kafka_source::check_group_right() {
  if (!refused_at_) return;
  if (!monitor_.state.is(unready::not_assigned)) {
    refused_at_.reset();
    return;
  }
  if (clock::now() - *refused_at_ < k_right_patience) return;
  request_stop(k_exit_cannot_go_on);
  throw cannot_go_on(fmt::format(
      "group {}: this client may not read it; give it the rights that "
      "deploy/create-topics lists",
      settings_.input.group));
}

void kafka_source::recover(epoch_ledger::failure how) {
  fetched_.clear();
  if (!read_until_.empty()) {
    rebuild("an offset is lost");
    return;
  }
  input_offsets positions = ledger_.positions();
  if (!recover_at_) {
    // Each failure without a commit in between waits longer, the first not at
    // all.
    if (std::exchange(recovered_to_, positions.next) != positions.next)
      failures_ = 0;
    const auto pause = std::min(
        k_longest_pause,
        k_first_pause * ((1U << std::min<std::uint64_t>(failures_++, 10)) - 1));
    recover_at_ = clock::now() + pause;
    report_missing_outputs();
  }
  if (clock::now() < *recover_at_) {
    pause_unless_stopped(k_poll);  // the group is served meanwhile
    return;
  }
  recover_at_.reset();

  if (how == epoch_ledger::failure::unknown) {
    // The last commit may have come through although nobody told us.
    const kafka_partitions asked = to_partitions(positions.next);
    try {
      positions.update(committed_offsets(*asked));
    } catch (const std::runtime_error& failure) {
      rebuild(failure.what());
      return;
    }
  }
  try {
    const kafka_partitions again = to_partitions(positions.replay);
    fit_replays(positions, log_bounds(*again, false), log_bounds(*again, true));
  } catch (const std::runtime_error& failure) {
    log_info("{}; trying again", failure.what());
    return;
  }
  TOKENSIEVE_CRASH_POINT("before-rewind");
  if (!rewind(positions.first())) {
    rebuild("cannot rewind to the last commit");
    return;
  }
  begin_epoch(ledger_.reopen(std::move(positions)));
  TOKENSIEVE_CRASH_POINT("after-rewind");
}

// An output that was deleted looks like a broker that does not answer.
void kafka_source::report_missing_outputs() {
  for (const topic_check& output : check_topics(
           consumer_.get(), output_topics(settings_), k_answer_patience)) {
    if (output.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      report_missing_output(consumer_.get(), output.name, output.error);
    }
  }
}

void kafka_source::begin_epoch(std::uint64_t epoch) {
  epoch_ = epoch;
  replay_until_.clear();
  const input_offsets positions = ledger_.positions();
  for (const auto& [where, offset] : positions.replay) {
    replay_until_[{&intern(where.first.c_str()), where.second}] =
        positions.next.at(where);
  }
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
  if (!requests_->caught_up(k_poll)) {
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
  TOKENSIEVE_CRASH_POINT("after-catch-up");
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

// Whatever the client is given up for: what a twin does to the producer and to
// the consumer comes at once, and a recovery may meet the fence first.
void kafka_source::look_for_twin() {
  if (rd_kafka_fatal_error(consumer_.get(), nullptr, 0) !=
      RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) {
    return;
  }
  // A broker that died can say so, too; a twin says so again, and soon.
  const auto before = std::exchange(fenced_at_, clock::now());
  if (before && *fenced_at_ - *before < k_fence_memory) {
    request_stop(k_exit_duplicate_instance);
    throw duplicate_instance(fmt::format(
        "another process uses the instance name {}; give each its own",
        settings_.instance));
  }
}

void kafka_source::rebuild(const std::string& why) {
  look_for_twin();
  log_warn("consumer: {}; joining the group anew", why);
  ++monitor_.totals.consumer_restarts;
  ledger_.close(epoch_ledger::ending::abort, k_close_patience);
  fetched_.clear();
  read_until_.clear();
  rd_kafka_consumer_close(consumer_.get());
  // A member that the group has thrown out is not told that it is.
  if (!monitor_.state.is(unready::not_assigned)) {
    end_assignment(rebalance::lost);
  }
  work_.reset();
  consumer_.reset();
  pause_unless_stopped(std::chrono::seconds(1));
  connect();
  subscribe();
}

}  // namespace tokensieve
