#pragma once

#include "pipeline/kafka_handles.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <string>

namespace tokensieve {

/// librdkafka's mock cluster: a broker inside this process, on loopback, for
/// trials and fast tests. It keeps 5 MiB a partition, in memory, knows no
/// access control and isolates no transactions, so it proves nothing about
/// exactly-once.
class embedded_broker {
 public:
  /// Throws std::runtime_error.
  embedded_broker();

  [[nodiscard]] std::string bootstrap_servers() const;

  /// Throws std::runtime_error.
  void create_topic(const std::string& name, int partitions);

 private:
  kafka_client host_;  // the cluster lives in a client's threads
  std::unique_ptr<rd_kafka_mock_cluster_t,
                  kafka_deleter<rd_kafka_mock_cluster_destroy>>
      cluster_;
};

}  // namespace tokensieve
