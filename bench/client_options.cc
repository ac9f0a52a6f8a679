#include "bench/client_options.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <tuple>

namespace tokensieve {
namespace {

std::atomic<bool> g_stop{false};

client_options parse(int argc, char** argv) {
  client_options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto equals = word.find('=');
    if (!word.starts_with("--")) {
      if (equals == std::string::npos) {
        throw std::runtime_error(word + " is neither --name nor name=value");
      }
      options.properties[word.substr(0, equals)] = word.substr(equals + 1);
      continue;
    }
    std::string& value = options.named[word.substr(2)];
    if (i + 1 == argc) continue;
    const std::string_view next = argv[i + 1];
    const bool is_property = next.find('=') != std::string_view::npos;
    if (!next.starts_with("--") && !is_property) value = argv[++i];
  }
  return options;
}

}  // namespace

double client_options::number(const std::string& name, double otherwise) const {
  return has(name) ? std::stod(text(name)) : otherwise;
}

kafka_client make_bench_client(
    rd_kafka_type_t type, const std::map<std::string, std::string>& properties,
    kafka_conf conf) {
  std::array<char, 512> reason{};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(),
                          reason.data(), reason.size()) != RD_KAFKA_CONF_OK) {
      throw std::runtime_error(reason.data());
    }
  }
  kafka_client client(
      rd_kafka_new(type, conf.get(), reason.data(), reason.size()));
  if (!client) throw std::runtime_error(reason.data());
  std::ignore = conf.release();  // the client took it
  return client;
}

bool stop_asked() {
  return g_stop.load(std::memory_order_relaxed);
}

int run_bench_client(int argc, char** argv,
                     void (*body)(const client_options&)) {
  const auto stop = [](int) { g_stop.store(true, std::memory_order_relaxed); };
  std::signal(SIGTERM, stop);
  std::signal(SIGINT, stop);
  try {
    body(parse(argc, argv));
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", argv[0], failure.what());
    return 1;
  }
}

}  // namespace tokensieve
