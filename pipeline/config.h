#pragma once

#include "detectors/finding.h"
#include "detectors/secret.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tokensieve {

enum class start_position : std::uint8_t { earliest, latest };
enum class lost_offset : std::uint8_t { stop, proceed };
enum class delivery_guarantee : std::uint8_t { exactly_once, at_least_once };
enum class dead_letter_content : std::uint8_t { original, none };
enum class log_level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t { text, json };

/// The names of an enumeration's values in files, variables and flags. The
/// first name of a value is the one that is printed.
template <typename Enum>
using enum_names = std::span<const std::pair<std::string_view, Enum>>;

template <typename Enum>
[[nodiscard]] enum_names<Enum> names_of() noexcept;
template <>
enum_names<start_position> names_of() noexcept;
template <>
enum_names<lost_offset> names_of() noexcept;
template <>
enum_names<delivery_guarantee> names_of() noexcept;
template <>
enum_names<dead_letter_content> names_of() noexcept;
template <>
enum_names<log_level> names_of() noexcept;
template <>
enum_names<log_format> names_of() noexcept;
template <>
enum_names<token_confidence> names_of() noexcept;

/// librdkafka's properties as written, by name; `properties_for` (in
/// `kafka_properties.h`) puts those of one client together.
struct kafka_config {
  std::map<std::string, std::string> common;
  std::map<std::string, std::string> consumer;
  std::map<std::string, std::string> producer;

  bool operator==(const kafka_config&) const = default;
};

struct input_config {
  std::vector<std::string> topics{"ci.build-logs", "ci.commits"};
  std::string group = "tokensieve";
  start_position start = start_position::earliest;
  lost_offset on_lost = lost_offset::stop;
  std::uint64_t max_event_bytes = 64ULL << 20;

  bool operator==(const input_config&) const = default;
};

struct output_config {
  std::string requests = "npm.revocation-requests";
  std::string sightings = "npm.token-sightings";
  std::string dead_letters = "npm.dead-letters";
  dead_letter_content dead_letter_value = dead_letter_content::original;

  bool operator==(const output_config&) const = default;
};

struct commit_config {
  std::chrono::milliseconds interval{1000};
  std::uint64_t bytes = 64ULL << 20;

  bool operator==(const commit_config&) const = default;
};

/// Fingerprints of known fakes.
struct ignore_list {
  std::vector<std::string> written;  ///< fingerprints and absolute paths
  std::vector<token_fingerprint> fingerprints;  ///< sorted, each once

  bool operator==(const ignore_list&) const = default;
};

struct detection_config {
  token_confidence min_confidence = token_confidence::medium;
  std::uint32_t depth = 4;
  std::chrono::milliseconds window = std::chrono::hours{24};
  ignore_list ignore;

  bool operator==(const detection_config&) const = default;
};

struct http_config {
  std::string listen = "127.0.0.1:9464";  ///< empty: off

  bool operator==(const http_config&) const = default;
};

struct log_config {
  log_level level = log_level::info;
  log_format format = log_format::text;

  bool operator==(const log_config&) const = default;
};

/// The configuration, one member a key, with the defaults. Sizes are bytes.
/// `load_config` makes valid ones; constant once `run` or `scan` has it.
struct config {
  kafka_config kafka;
  input_config input;
  output_config output;
  delivery_guarantee delivery = delivery_guarantee::exactly_once;
  std::string instance;  ///< empty: a dynamic member
  commit_config commit;
  std::uint64_t memory = 512ULL << 20;
  std::uint32_t threads = 0;  ///< 0: one a core
  detection_config detection;
  http_config http;
  log_config log;

  bool operator==(const config&) const = default;
};

/// `memory` is at least this many times `input.max_event_bytes`: a large event
/// takes six times its size while it is read; the rest is for the tables and
/// the client's queues.
inline constexpr std::uint64_t k_memory_per_event_byte = 8;

/// `transaction.timeout.ms` where `kafka` does not set it.
inline constexpr std::chrono::milliseconds k_transaction_timeout{10'000};

}  // namespace tokensieve
