#pragma once

#include "pipeline/kafka_handles.h"

#include <librdkafka/rdkafka.h>

#include <map>
#include <string>

namespace tokensieve {

/// The command line of the clients that the benchmarks start: `--name value`,
/// `--name` alone for a switch, and librdkafka's properties as `name=value`.
struct client_options {
  std::map<std::string, std::string> named;
  std::map<std::string, std::string> properties;

  [[nodiscard]] bool has(const std::string& name) const {
    return named.contains(name);
  }
  /// Throws std::out_of_range where it is missing.
  [[nodiscard]] const std::string& text(const std::string& name) const {
    return named.at(name);
  }
  [[nodiscard]] double number(const std::string& name, double otherwise) const;
};

/// Throws std::runtime_error naming the property that librdkafka refuses.
/// `conf` holds the callbacks.
[[nodiscard]] kafka_client make_bench_client(
    rd_kafka_type_t type, const std::map<std::string, std::string>& properties,
    kafka_conf conf = kafka_conf(rd_kafka_conf_new()));

/// SIGTERM or SIGINT has come.
[[nodiscard]] bool stop_asked();

/// Reads the command line and calls `body`; what it throws is printed, and
/// makes the exit status 1.
int run_bench_client(int argc, char** argv,
                     void (*body)(const client_options&));

}  // namespace tokensieve
