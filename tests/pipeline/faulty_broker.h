#pragma once

#include "pipeline/kafka_handles.h"

#include <librdkafka/rdkafka_mock.h>

#include <stdexcept>
#include <string>
#include <tuple>

namespace tokensieve {

/// The embedded broker of a client that was asked for one: it refuses what it
/// is told to refuse.
class faulty_broker {
 public:
  static constexpr std::int16_t k_offset_commit = 8;  ///< Kafka's number

  faulty_broker() {
    kafka_conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    rd_kafka_conf_set(conf.get(), "test.mock.num.brokers", "1", nullptr, 0);
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

  /// The next request of this kind fails.
  void refuse(std::int16_t request, rd_kafka_resp_err_t why) {
    rd_kafka_mock_push_request_errors(cluster_, request, 1, why);
  }

 private:
  kafka_client host_;
  rd_kafka_mock_cluster_t* cluster_;  // belongs to host_
};

}  // namespace tokensieve
