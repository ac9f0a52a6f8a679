#pragma once

#include "pipeline/kafka_handles.h"

#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>

namespace tokensieve {

/// The embedded brokers of a client that was asked for them: they refuse what
/// they are told to refuse.
class faulty_broker {
 public:
  static constexpr std::int16_t k_offset_commit = 8;  ///< Kafka's number
  static constexpr std::int32_t k_brokers = 2;        ///< their ids: from 1

  faulty_broker() {
    kafka_conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    rd_kafka_conf_set(conf.get(), "test.mock.num.brokers",
                      std::to_string(k_brokers).c_str(), nullptr, 0);
    host_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), nullptr, 0));
    if (!host_) throw std::runtime_error("cannot start a broker");
    std::ignore = conf.release();  // the client took it
    cluster_ = rd_kafka_handle_mock_cluster(host_.get());
  }

  [[nodiscard]] std::string bootstrap_servers() const {
    return rd_kafka_mock_cluster_bootstraps(cluster_);
  }
  void create_topic(const std::string& name, int partitions) {
    rd_kafka_mock_topic_create(cluster_, name.c_str(), partitions, 1);
  }

  void set_leader(const std::string& topic, std::int32_t broker) {
    rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), 0, broker);
  }

  /// `kind` is "group" or "transaction", `name` whose.
  void set_coordinator(const char* kind, const std::string& name,
                       std::int32_t broker) {
    rd_kafka_mock_coordinator_set(cluster_, kind, name.c_str(), broker);
  }

  void set_down(std::int32_t broker) {
    rd_kafka_mock_broker_set_down(cluster_, broker);
  }
  /// What the brokers speak of this request from now on, at most.
  void limit_version(std::int16_t request, std::int16_t version) {
    rd_kafka_mock_set_apiversion(cluster_, request, 0, version);
  }

  /// The next request of this kind fails.
  void refuse(std::int16_t request, rd_kafka_resp_err_t why) {
    rd_kafka_mock_push_request_errors(cluster_, request, 1, why);
  }
  /// The next ones that this broker gets fail.
  /// RD_KAFKA_RESP_ERR__TRANSPORT: it cuts the connection.
  void refuse(std::int32_t broker, std::int16_t request,
              rd_kafka_resp_err_t why, int times = 1) {
    for (int time = 0; time < times; ++time) {
      rd_kafka_mock_broker_push_request_error_rtts(cluster_, broker, request, 1,
                                                   why, 0);
    }
  }
  /// The next one that this broker gets is answered, so late.
  void delay(std::int32_t broker, std::int16_t request,
             std::chrono::milliseconds time) {
    rd_kafka_mock_broker_push_request_error_rtts(
        cluster_, broker, request, 1, RD_KAFKA_RESP_ERR_NO_ERROR,
        static_cast<int>(time.count()));
  }
  /// How many of these are still to fail, or to come late.
  [[nodiscard]] std::size_t refusals_left(std::int32_t broker,
                                          std::int16_t request) const {
    std::size_t left = 0;
    rd_kafka_mock_broker_error_stack_cnt(cluster_, broker, request, &left);
    return left;
  }
  /// What the metadata say of a topic from now on.
  void refuse_topic(const std::string& topic, rd_kafka_resp_err_t why) {
    rd_kafka_mock_topic_set_error(cluster_, topic.c_str(), why);
  }

 private:
  kafka_client host_;
  rd_kafka_mock_cluster_t* cluster_;  // belongs to host_
};

}  // namespace tokensieve
