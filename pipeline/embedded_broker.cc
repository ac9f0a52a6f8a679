#include "pipeline/embedded_broker.h"

#include <array>
#include <stdexcept>
#include <tuple>

namespace tokensieve {

embedded_broker::embedded_broker() {
  kafka_conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  std::array<char, 256> reason{};
  host_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason.data(),
                           reason.size()));
  if (!host_) {
    throw std::runtime_error(std::string("cannot start the embedded broker: ") +
                             reason.data());
  }
  std::ignore = conf.release();  // the client took it
  cluster_.reset(rd_kafka_mock_cluster_new(host_.get(), 1));
  if (!cluster_) throw std::runtime_error("cannot start the embedded broker");
}

std::string embedded_broker::bootstrap_servers() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_.get());
}

void embedded_broker::create_topic(const std::string& name, int partitions) {
  const auto code =
      rd_kafka_mock_topic_create(cluster_.get(), name.c_str(), partitions, 1);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("cannot create topic " + name + ": " +
                             rd_kafka_err2str(code));
  }
}

}  // namespace tokensieve
