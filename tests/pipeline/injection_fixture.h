#pragma once

#include "tests/pipeline/faulty_broker.h"
#include "tests/pipeline/injected_error.h"
#include "tests/pipeline/stream_fixture.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

/// A stream whose every request goes to a broker that is known beforehand, so
/// that an error can be told to it and to nobody else.
class injection_fixture : public stream_fixture<faulty_broker> {
 protected:
  explicit injection_fixture(bool exactly_once) {
    settings_.instance = "one";
    settings_.input.on_lost = lost_offset::proceed;
    if (exactly_once) settings_.delivery = delivery_guarantee::exactly_once;
    settings_.kafka.producer["transaction.timeout.ms"] = "5000";
    auto& consumer = settings_.kafka.consumer;
    // A member that comes back waits for a second less than this; a group's
    // first one for three seconds, and must not be given up meanwhile.
    consumer["session.timeout.ms"] = "3000";
    consumer["heartbeat.interval.ms"] = "100";
    consumer["topic.metadata.refresh.interval.ms"] = "500";
    // Unlike Kafka, this broker answers a fetch that waits at its end only.
    consumer["fetch.wait.max.ms"] = "20";
    place(k_output_broker);
  }

  /// The other broker is gone.
  void leave_one_broker() {
    place(k_input_broker);
    broker_.set_down(k_output_broker);
  }

  /// A record with a token of its own.
  std::string plant() {
    std::string token = samples::granular(random_);
    planted_.push_back(token);
    produce(event("x " + token));
    return token;
  }

  void refuse(std::int32_t broker, api request, rd_kafka_resp_err_t why,
              int times = 1) {
    broker_.refuse(broker, static_cast<std::int16_t>(request), why, times);
  }
  [[nodiscard]] bool was_refused(std::int32_t broker, api request) const {
    return broker_.refusals_left(broker, static_cast<std::int16_t>(request)) ==
           0;
  }

  [[nodiscard]] std::int32_t broker_of(who asked, api request) const {
    switch (asked) {
      case who::input:
      case who::only_one:
        return k_input_broker;
      case who::output:
        return k_output_broker;
      case who::coordinator:
        break;
    }
    switch (request) {
      case api::init_producer_id:
      case api::add_partitions:
      case api::add_offsets:
      case api::end_txn:
      case api::produce:
        return outputs_at_;
      default:
        return k_input_broker;
    }
  }

  std::vector<std::string> planted_;

 private:
  static constexpr std::int32_t k_input_broker = 1;   // and the group's
  static constexpr std::int32_t k_output_broker = 2;  // and of transactions

  void place(std::int32_t outputs_at) {
    outputs_at_ = outputs_at;
    for (const std::string& topic : settings_.input.topics)
      broker_.set_leader(topic, k_input_broker);
    for (const std::string& topic : output_topics(settings_))
      broker_.set_leader(topic, outputs_at);
    broker_.set_coordinator("group", settings_.input.group, k_input_broker);
    broker_.set_coordinator("transaction",
                            settings_.input.group + "-" + settings_.instance,
                            outputs_at);
  }

  std::int32_t outputs_at_ = k_output_broker;
};

}  // namespace tokensieve
