#pragma once

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/setting.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// One key of the configuration. The table of them is the only place that
/// lists the keys: the file, the variables, the flags, the help and
/// `check-config` all go by it.
struct config_key {
  std::string_view name;         ///< `input.group`
  std::string_view placeholder;  ///< what the help shows for the value
  std::string_view help;
  bool list;  ///< of several values; a comma separates them in flags
  bool scan;  ///< `scan` reads it, too
  /// Reads the values into a configuration. The error says what they are not.
  result<void> (*read)(const setting& from, config& to);
  /// The values as `read` takes them.
  std::vector<std::string> (*write)(const config& from);
};

/// All keys but librdkafka's properties, in the order of the documentation.
[[nodiscard]] std::span<const config_key> config_keys();
[[nodiscard]] const config_key* find_config_key(std::string_view name);

/// A key below `kafka`, taken apart.
struct kafka_key {
  std::string_view side;      ///< `consumer`, `producer` or empty
  std::string_view property;  ///< librdkafka's name
};
/// Nothing if `key` does not start with `kafka.`.
[[nodiscard]] std::optional<kafka_key> split_kafka_key(std::string_view key);

/// True for `input`, `kafka`, `kafka.consumer`, and for the dotted beginning
/// of any key: what may be a YAML mapping.
[[nodiscard]] bool is_config_section(std::string_view name);

/// `TOKENSIEVE_INPUT_GROUP` for `input.group`.
[[nodiscard]] std::string variable_of(std::string_view key);

/// The key that a variable sets. librdkafka's names hold dots and underscores
/// alike, so its own list decides which one was meant. Nothing if no key has
/// this variable.
[[nodiscard]] std::optional<std::string> key_of_variable(
    std::string_view variable);

/// `unknown key`, with the key that was probably meant.
[[nodiscard]] std::string describe_unknown_key(std::string_view key);

}  // namespace tokensieve
