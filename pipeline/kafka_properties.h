#pragma once

#include "pipeline/config.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tokensieve {

enum class kafka_side : std::uint8_t { both, consumer, producer };

/// A property that the installed librdkafka takes as text.
struct kafka_property {
  std::string name;
  std::string canonical;  ///< what `name` is an alias for, else `name`
  kafka_side side;
};

/// `message.max.bytes` of a client that reads: it sends little, and librdkafka
/// refuses a `fetch.max.bytes` below this.
inline constexpr const char* k_least_message_limit = "1000";

/// All of them, as librdkafka itself lists them. Built once.
[[nodiscard]] std::span<const kafka_property> known_kafka_properties();
[[nodiscard]] const kafka_property* find_kafka_property(std::string_view name);
/// `name` without alias; `name` itself if it is unknown.
[[nodiscard]] std::string_view canonical_kafka_name(std::string_view name);

/// The value is a password, a private key or the like and is never shown.
/// Goes by the words in the name, so it holds for mistyped names, too.
[[nodiscard]] bool is_secret_kafka_property(std::string_view name);

/// Why `kafka` may not set this property, as tokensieve or librdkafka says;
/// nothing if it may. Never shows the value of a secret.
[[nodiscard]] std::optional<std::string> refuse_kafka_property(
    std::string_view name, std::string_view value, kafka_side side);

/// The properties of one client: the common ones that concern it, overridden
/// by its own. REQUIRES: side != kafka_side::both.
[[nodiscard]] std::map<std::string, std::string> properties_for(
    const kafka_config& kafka, kafka_side side);

/// What librdkafka has against a client with these properties beyond the
/// single values (two that contradict each other, a certificate that cannot be
/// read); nothing if it would start. Makes a client that connects nowhere.
[[nodiscard]] std::optional<std::string> refuse_kafka_client(
    const config& settings, kafka_side side);

}  // namespace tokensieve
