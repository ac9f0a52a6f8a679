#include "pipeline/kafka_sink.h"

#include "pipeline/commands.h"
#include "pipeline/crash_point.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"
#include "schemas/dead_letter.h"
#include "schemas/request.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

namespace tokensieve {
namespace {

// Behind a request a commit is due at once, but not before the last one has
// ended for so long: a commit takes 17 ms, and a worm leaks many tokens in one
// burst.
constexpr std::chrono::milliseconds k_request_interval{20};
constexpr std::chrono::milliseconds k_first_pause{200};
constexpr std::chrono::milliseconds k_longest_pause{10'000};

}  // namespace

kafka_sink::kafka_sink(const config& settings, epoch_ledger& ledger,
                       std::atomic<std::uint64_t>& committed,
                       stream_totals& totals, writer_factory make_writer,
                       observer watch)
    : settings_(settings),
      ledger_(ledger),
      committed_(committed),
      totals_(totals),
      make_writer_(std::move(make_writer)),
      watch_(std::move(watch)),
      writer_(make_writer_()) {}

void kafka_sink::start(const std::function<void()>& wake) {
  ledger_.set_wake(wake);
}

void kafka_sink::take(batch_ptr batch) {
  if (batch->epoch != epoch_) {
    // What an epoch that was closed without waiting for us has left in the
    // transaction must not become part of the next one.
    discard();
    epoch_ = batch->epoch;
  }
  if (!ledger_.is_open(epoch_) || stop_requested() == stop_level::abort) return;

  const write_outcome written =
      batch->incomplete ? write_outcome::aborted : write_all(*batch);
  if (written != write_outcome::done) {
    recover(written);
    return;
  }
  if (dirty_) TOKENSIEVE_CRASH_POINT("after-produce");
  for (const partition_position& position : batch->positions) {
    positions_.set({*position.topic, position.partition}, position.next_offset,
                   position.replay_from);
  }
  behind_sequence_ = batch->sequence + 1;
  bytes_ += batch->counts.bytes;
  totals_.add(batch->counts);

  const bool urgent = std::ranges::any_of(
      batch->emissions,
      [](const auto& one) { return one.kind == output_kind::request; });
  if (watch_) {
    std::ranges::move(batch->emissions, std::back_inserter(uncommitted_));
  }
  const auto now = clock::now();
  const auto next =
      last_commit_ + (urgent ? k_request_interval : settings_.commit.interval);
  due_ = std::min(due_, std::max(now, next));
  if (due_ <= now || bytes_ >= settings_.commit.bytes) commit();
}

write_outcome kafka_sink::write_all(const batch& from) {
  dirty_ = dirty_ || !from.emissions.empty() || !from.dead_letters.empty();
  for (const emission& one : from.emissions) {
    if (const auto written = write(from, one); written != write_outcome::done) {
      return written;
    }
  }
  for (const dead_letter& one : from.dead_letters) {
    if (const auto written = write(from, one); written != write_outcome::done) {
      return written;
    }
  }
  return write_outcome::done;
}

write_outcome kafka_sink::write(const batch& from, const emission& one) {
  const bool request = one.kind == output_kind::request;
  const output_part part =
      request ? output_part::request : output_part::sighting;
  const kafka_origin& origin = std::get<kafka_origin>(one.origin);
  write_outcome written = write_outcome::too_large;
  if (!refusals_.is_given_up(part, origin)) {
    const std::string key = one.token.found.fingerprint.to_string();
    const std::string value =
        request ? write_request(one.token, one.origin)
                : write_sighting(one.token, one.origin, one.count);
    const auto headers = cloud_event_headers(one.kind, one.token, origin);
    written = writer_->write({.topic = request ? settings_.output.requests
                                               : settings_.output.sightings,
                              .key = key,
                              .value = value,
                              .has_key = true,
                              .headers = headers,
                              .number = refusals_.number(part, origin)});
  }
  if (written == write_outcome::done) written_.add(one);
  if (written != write_outcome::too_large) return written;
  // Once a record, however many of its requests are too large.
  if (!refusals_.is_given_up(output_part::notice, origin)) {
    refusals_.give_up(output_part::notice, origin);
    const auto is_origin = [&](const record& input) {
      return input.partition == origin.partition &&
             input.offset == origin.offset &&
             *input.source_name == origin.topic;
    };
    const auto input = std::ranges::find_if(from.records, is_origin);
    return write_notice(input == from.records.end() ? record{} : *input,
                        origin);
  }
  return write_outcome::done;
}

write_outcome kafka_sink::write(const batch& from, const dead_letter& one) {
  const record& input = from.records[one.index];
  const kafka_origin origin{.topic = *input.source_name,
                            .partition = input.partition,
                            .offset = input.offset,
                            .timestamp_ms = input.timestamp_ms};
  if (refusals_.is_given_up(output_part::dead_letter, origin)) {
    return write_notice(input, origin);
  }
  const bool original =
      settings_.output.dead_letter_value == dead_letter_content::original;
  write_outcome written =
      write_dead_letter(input, origin, one.reason, original, original);
  // The original stays at its offset, which the headers name.
  if (written == write_outcome::too_large && original) {
    written = write_dead_letter(input, origin, one.reason, false, true);
  }
  if (written == write_outcome::too_large && original) {
    written = write_dead_letter(input, origin, one.reason, false, false);
  }
  return written == write_outcome::too_large ? write_outcome::hopeless
                                             : written;
}

write_outcome kafka_sink::write_notice(const record& input,
                                       const kafka_origin& origin) {
  constexpr auto k_reason = dead_letter_reason::produce_rejected;
  write_outcome written =
      write_dead_letter(input, origin, k_reason, false, true);
  if (written == write_outcome::too_large) {
    written = write_dead_letter(input, origin, k_reason, false, false);
  }
  return written == write_outcome::too_large ? write_outcome::hopeless
                                             : written;
}

write_outcome kafka_sink::write_dead_letter(const record& input,
                                            const kafka_origin& origin,
                                            dead_letter_reason reason,
                                            bool with_value, bool with_key) {
  const auto headers = dead_letter_headers(
      reason, origin,
      with_value ? std::nullopt : std::optional(input.value.size()));
  const output_part part = reason == dead_letter_reason::produce_rejected
                               ? output_part::notice
                               : output_part::dead_letter;
  const write_outcome written =
      writer_->write({.topic = settings_.output.dead_letters,
                      .key = with_key ? input.key : std::string_view{},
                      .value = with_value ? input.value : std::string_view{},
                      .has_key = with_key && input.has_key,
                      .headers = headers,
                      .number = refusals_.number(part, origin)});
  if (written == write_outcome::done) written_.add(reason);
  return written;
}

void kafka_sink::idle() {
  writer_->serve();
  if (const auto ending = ledger_.closing()) {
    if (*ending == epoch_ledger::ending::commit) {
      commit();
    } else {
      discard();
    }
    ledger_.closed();
    return;
  }
  if (due_ <= clock::now()) commit();
}

void kafka_sink::finish() {
  if (stop_requested() == stop_level::abort) {
    discard();
  } else {
    TOKENSIEVE_CRASH_POINT("before-last-commit");
    commit();
  }
  ledger_.finish();
}

void kafka_sink::commit() {
  due_ = clock::time_point::max();
  if (positions_.next.empty()) return;
  const auto fence = ledger_.begin_commit(epoch_);
  if (!fence) {
    discard();
    return;
  }
  TOKENSIEVE_CRASH_POINT("before-offsets");
  const auto begun = clock::now();
  if (const auto ended = writer_->commit(positions_, fence);
      ended != write_outcome::done) {
    recover(ended);
    return;
  }
  TOKENSIEVE_CRASH_POINT("after-commit");
  ledger_.committed(epoch_, positions_);
  refusals_.committed(positions_.next);
  committed_.store(behind_sequence_, std::memory_order_release);
  last_commit_ = clock::now();
  ++totals_.commits;
  totals_.commit_seconds.observe(last_commit_ - begun);
  totals_.add(written_, std::chrono::system_clock::now());
  for (const emission& one : uncommitted_)
    watch_(one);
  forget();
}

void kafka_sink::discard() {
  const bool written = dirty_;
  forget();
  if (!written) return;
  if (const auto ended = writer_->abandon(); ended != write_outcome::done) {
    recover(ended);
  } else {
    ++totals_.aborts;
  }
}

void kafka_sink::recover(write_outcome why) {
  ++totals_.recoveries;
  ++(why == write_outcome::broken ? totals_.unknown_commits : totals_.aborts);
  if (why == write_outcome::hopeless) give_up();
  bool broken = why == write_outcome::broken ||
                (dirty_ && writer_->abandon() != write_outcome::done);
  const auto how =
      broken ? epoch_ledger::failure::unknown : epoch_ledger::failure::aborted;
  if (const auto refused = writer_->take_refused(); !refused.empty()) {
    if (!refusals_.refuse(refused)) give_up();
    broken = true;  // a new one asks what the topics take now
  }
  if (broken) remake_writer();
  forget();
  TOKENSIEVE_CRASH_POINT("after-abort");
  log_info("recovering: back to the last commit");
  ledger_.fail(epoch_, how);
}

void kafka_sink::give_up() {
  request_stop(k_exit_cannot_go_on);
  // Else readers would wait for the transaction to time out.
  if (dirty_) std::ignore = writer_->abandon();
  ledger_.finish();
  throw cannot_go_on(
      "the output cannot be written and no retry can help (see the warning "
      "above); check that the output topics exist, what they take "
      "(max.message.bytes), and that this client has the rights that "
      "deploy/create-topics lists");
}

void kafka_sink::remake_writer() {
  writer_.reset();
  auto pause = k_first_pause;
  while (!writer_) {
    try {
      writer_ = make_writer_();
      ++totals_.producer_restarts;
    } catch (const cannot_go_on&) {
      request_stop(k_exit_cannot_go_on);
      ledger_.finish();
      throw;
    } catch (const std::runtime_error& failure) {
      log_warn("producer: {}; next try in {} ms", failure.what(),
               pause.count());
      pause_unless_stopped(pause);
      if (stop_requested() != stop_level::none) {
        ledger_.finish();
        throw interrupted("stopped while the producer was down");
      }
      pause = std::min(2 * pause, k_longest_pause);
    }
  }
}

void kafka_sink::forget() {
  dirty_ = false;
  positions_ = {};
  uncommitted_.clear();
  refusals_.forget_written();
  bytes_ = 0;
  written_ = {};
  due_ = clock::time_point::max();
}

}  // namespace tokensieve
