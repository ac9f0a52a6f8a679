#include "pipeline/config_keys.h"

#include "pipeline/config_values.h"
#include "pipeline/did_you_mean.h"
#include "pipeline/kafka_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <type_traits>

namespace tokensieve {

namespace {

using texts = std::vector<std::string>;

template <typename T>
result<T> read_text(std::string_view text) {
  for (const auto& [name, value] : names_of<T>()) {
    if (name == text) return value;
  }
  std::string allowed;
  for (const auto& [name, value] : names_of<T>()) {
    allowed += allowed.empty() ? "" : ", ";
    allowed += name;
  }
  return std::unexpected(
      error{fmt::format("'{}' is not one of {}", text, allowed)});
}
template <>
result<std::string> read_text(std::string_view text) {
  return std::string{text};
}
template <>
result<std::uint64_t> read_text(std::string_view text) {
  return parse_size(text);
}
template <>
result<std::uint32_t> read_text(std::string_view text) {
  return parse_count(text);
}
template <>
result<std::chrono::milliseconds> read_text(std::string_view text) {
  return parse_duration(text);
}

template <typename T>
result<T> read_values(const setting& from) {
  if (from.list || from.values.size() != 1) {
    return std::unexpected(error{"expects one value, not a list"});
  }
  return read_text<T>(from.values.front());
}
template <>
result<texts> read_values(const setting& from) {
  return from.values;
}
template <>
result<ignore_list> read_values(const setting& from) {
  return read_ignore_list(from);
}

template <typename T>
texts write_values(const T& value) {
  for (const auto& [name, known] : names_of<T>()) {
    if (known == value) return {std::string{name}};
  }
  return {};
}
texts write_values(const std::string& value) {
  return {value};
}
texts write_values(std::uint64_t value) {
  return {format_size(value)};
}
texts write_values(std::uint32_t value) {
  return {std::to_string(value)};
}
texts write_values(std::chrono::milliseconds value) {
  return {format_duration(value)};
}
texts write_values(const texts& values) {
  return values;
}
texts write_values(const ignore_list& list) {
  return list.written;
}

enum class used_by : bool { run, run_and_scan };

// `Member` picks the member of a configuration that the key stands for.
template <auto Member>
constexpr config_key make_key(std::string_view name,
                              std::string_view placeholder, used_by user,
                              std::string_view help) {
  using value = std::remove_cvref_t<decltype(Member(std::declval<config&>()))>;
  return {
      .name = name,
      .placeholder = placeholder,
      .help = help,
      .list =
          std::is_same_v<value, texts> || std::is_same_v<value, ignore_list>,
      .scan = user == used_by::run_and_scan,
      .read = [](const setting& from, config& to) -> result<void> {
        auto read = read_values<value>(from);
        if (!read) return std::unexpected(read.error());
        Member(to) = *std::move(read);
        return {};
      },
      .write = [](const config& from) { return write_values(Member(from)); }};
}

#define TOKENSIEVE_KEY(member, ...) \
  make_key<[](auto& c) -> auto& { return c.member; }>(#member, __VA_ARGS__)

constexpr std::array k_keys{
    TOKENSIEVE_KEY(input.topics, "TOPIC,...", used_by::run,
                   "Topics to read, names or ^regular expressions"),
    TOKENSIEVE_KEY(input.group, "NAME", used_by::run, "Consumer group"),
    TOKENSIEVE_KEY(input.start, "earliest|latest", used_by::run,
                   "Where to start in topics that are new to the group"),
    TOKENSIEVE_KEY(input.on_lost, "stop|continue", used_by::run,
                   "When records were deleted before they were read"),
    TOKENSIEVE_KEY(input.max_event_bytes, "SIZE", used_by::run_and_scan,
                   "A larger event is scanned as raw bytes only"),
    TOKENSIEVE_KEY(output.requests, "TOPIC", used_by::run,
                   "Topic of revocation requests"),
    TOKENSIEVE_KEY(output.sightings, "TOPIC", used_by::run, "Topic of repeats"),
    TOKENSIEVE_KEY(output.dead_letters, "TOPIC", used_by::run,
                   "Topic of events that cannot be read"),
    TOKENSIEVE_KEY(output.dead_letter_value, "original|none", used_by::run,
                   "What a dead letter holds of its event"),
    TOKENSIEVE_KEY(delivery, "exactly_once|at_least_once", used_by::run,
                   "Guarantee for what is written"),
    TOKENSIEVE_KEY(instance, "NAME", used_by::run,
                   "Stable name of this instance; empty: none"),
    TOKENSIEVE_KEY(commit.interval, "DURATION", used_by::run,
                   "Commit at least this often"),
    TOKENSIEVE_KEY(commit.bytes, "SIZE", used_by::run,
                   "Commit after this much input"),
    TOKENSIEVE_KEY(memory, "SIZE", used_by::run_and_scan,
                   "Memory for events, queues and tables"),
    TOKENSIEVE_KEY(threads, "COUNT", used_by::run_and_scan,
                   "Threads that scan; 0: one a core"),
    TOKENSIEVE_KEY(detection.min_confidence, "low|medium|high",
                   used_by::run_and_scan, "Least confidence to report"),
    TOKENSIEVE_KEY(detection.depth, "LAYERS", used_by::run_and_scan,
                   "Encodings to undo, one in another"),
    TOKENSIEVE_KEY(detection.window, "DURATION", used_by::run_and_scan,
                   "A token's repeats within it are sightings"),
    TOKENSIEVE_KEY(detection.ignore, "FINGERPRINT|FILE,...",
                   used_by::run_and_scan, "Known fakes, not reported"),
    TOKENSIEVE_KEY(http.listen, "HOST:PORT", used_by::run,
                   "/livez, /readyz and /metrics; empty: off"),
    TOKENSIEVE_KEY(log.level, "debug|info|warn|error", used_by::run_and_scan,
                   "Least level to log"),
    TOKENSIEVE_KEY(log.format, "text|json", used_by::run_and_scan,
                   "Form of a log line"),
};

#undef TOKENSIEVE_KEY

constexpr std::string_view k_variable_prefix = "TOKENSIEVE_";

// Every key by its variable. A client's own properties come last, so that a
// property whose name starts with `consumer.` would keep its variable.
const std::map<std::string, std::string, std::less<>>& keys_by_variable() {
  static const auto keys = [] {
    std::map<std::string, std::string, std::less<>> all;
    const auto add = [&](const std::string& key) {
      all.try_emplace(variable_of(key), key);
    };
    for (const auto& key : k_keys)
      add(std::string{key.name});
    for (const std::string_view side : {"", "consumer.", "producer."}) {
      for (const auto& property : known_kafka_properties()) {
        add(fmt::format("kafka.{}{}", side, property.name));
      }
    }
    return all;
  }();
  return keys;
}

}  // namespace

std::span<const config_key> config_keys() {
  return k_keys;
}

const config_key* find_config_key(std::string_view name) {
  const auto found = std::ranges::find(k_keys, name, &config_key::name);
  return found == k_keys.end() ? nullptr : &*found;
}

std::optional<kafka_key> split_kafka_key(std::string_view key) {
  constexpr std::string_view k_prefix = "kafka.";
  if (!key.starts_with(k_prefix)) return std::nullopt;
  key.remove_prefix(k_prefix.size());
  for (const std::string_view side : {"consumer", "producer"}) {
    if (key.starts_with(side) && key.substr(side.size()).starts_with('.')) {
      return kafka_key{side, key.substr(side.size() + 1)};
    }
  }
  return kafka_key{{}, key};
}

bool is_config_section(std::string_view name) {
  const auto starts = [](std::string_view key, std::string_view section) {
    return key.starts_with(section) &&
           key.substr(section.size()).starts_with('.');
  };
  if (name == "kafka" || name == "kafka.consumer" || name == "kafka.producer") {
    return true;
  }
  if (const auto kafka = split_kafka_key(name)) {
    return std::ranges::any_of(known_kafka_properties(),
                               [&](const kafka_property& property) {
                                 return starts(property.name, kafka->property);
                               });
  }
  return std::ranges::any_of(
      k_keys, [&](const config_key& key) { return starts(key.name, name); });
}

std::string variable_of(std::string_view key) {
  std::string variable{k_variable_prefix};
  for (const char c : key) {
    variable +=
        c == '.'
            ? '_'
            : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return variable;
}

std::optional<std::string> key_of_variable(std::string_view variable) {
  const auto found = keys_by_variable().find(variable);
  if (found == keys_by_variable().end()) return std::nullopt;
  return found->second;
}

std::string describe_unknown_key(std::string_view key) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all{"kafka", "kafka.consumer", "kafka.producer"};
    for (const auto& known : k_keys) {
      const std::string_view section = known.name.substr(
          0, std::min(known.name.find('.'), known.name.size()));
      if (section != known.name && all.back() != section) {
        all.emplace_back(section);
      }
      all.emplace_back(known.name);
    }
    return all;
  }();
  const auto meant = did_you_mean(key, names);
  return meant ? fmt::format("unknown key; did you mean {}?", *meant)
               : "unknown key";
}

}  // namespace tokensieve
