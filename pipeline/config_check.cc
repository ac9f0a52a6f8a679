#include "pipeline/config_check.h"

#include "detectors/scanner.h"
#include "pipeline/config_keys.h"
#include "pipeline/config_values.h"
#include "pipeline/kafka_properties.h"
#include "pipeline/topic_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace tokensieve {

namespace {

constexpr std::uint64_t k_min_memory = 16ULL << 20;
constexpr std::uint64_t k_min_event_bytes = 1024;
constexpr std::uint64_t k_max_event_bytes = (2ULL << 30) - 1;
constexpr std::uint32_t k_max_threads = 1024;
constexpr std::size_t k_max_name = 249;  // Kafka's, of topics and instances

// Kafka's rule for topics, which it applies to instance names as well.
std::optional<std::string> refuse_kafka_name(std::string_view name) {
  constexpr std::string_view k_allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (name.empty()) return "is empty";
  if (name == "." || name == "..") return "may not be '.' or '..'";
  if (name.size() > k_max_name) return "is longer than 249 characters";
  if (name.find_first_not_of(k_allowed) != std::string_view::npos) {
    return fmt::format("'{}' may hold letters, digits, '.', '_' and '-' only",
                       name);
  }
  return std::nullopt;
}

class config_checker {
 public:
  config_checker(loaded_config& loaded, const std::string& file)
      : loaded_{loaded},
        values_{loaded.values},
        file_{file},
        unread_{loaded.problems} {}

  void check_scan() {
    check_memory();
    if (values_.threads > k_max_threads) {
      report("threads", fmt::format("is more than {}", k_max_threads));
    }
    if (values_.detection.depth > scanner::k_max_depth) {
      report("detection.depth",
             fmt::format("is more than {}", scanner::k_max_depth));
    }
  }

  void check_stream() {
    check_outputs();
    check_inputs();
    check_names();
    check_commit();
    check_kafka();
  }

 private:
  bool is_set(std::string_view key) const {
    return loaded_.settings.contains(key);
  }
  // A key whose value could not be read holds its default: nothing to say.
  void report(std::string_view key, std::string what) {
    if (std::ranges::find(unread_, key, &config_problem::key) !=
        unread_.end()) {
      return;
    }
    const auto written = loaded_.settings.find(key);
    loaded_.problems.push_back(
        {written == loaded_.settings.end() ? file_ : written->second.where,
         std::string{key}, std::move(what)});
  }

  void check_memory() {
    std::uint64_t& event = values_.input.max_event_bytes;
    if (values_.memory < k_min_memory) {
      report("memory", "is less than " + format_size(k_min_memory));
      return;
    }
    const std::uint64_t fits = values_.memory / k_memory_per_event_byte;
    if (!is_set("input.max_event_bytes")) {
      event = std::min(event, fits);
    } else if (event < k_min_event_bytes || event > k_max_event_bytes) {
      report("input.max_event_bytes",
             fmt::format("is not from {} to below 2GiB",
                         format_size(k_min_event_bytes)));
    } else if (event > fits) {
      report("input.max_event_bytes",
             fmt::format("an event of {} does not fit: reading one may take {} "
                         "times its size; raise memory (now {}) to {} or lower "
                         "this to {}",
                         format_size(event), k_memory_per_event_byte,
                         format_size(values_.memory),
                         format_size(event * k_memory_per_event_byte),
                         format_size(fits)));
    }
  }

  using named_topic = std::pair<std::string_view, const std::string&>;
  std::array<named_topic, 3> outputs() const {
    return {{{"output.requests", values_.output.requests},
             {"output.sightings", values_.output.sightings},
             {"output.dead_letters", values_.output.dead_letters}}};
  }

  void check_outputs() {
    const auto topics = outputs();
    for (std::size_t i = 0; i < topics.size(); ++i) {
      if (auto refused = refuse_kafka_name(topics[i].second)) {
        report(topics[i].first, "as a topic's name: " + *refused);
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (topics[i].second == topics[j].second) {
          // The message belongs to the one that somebody wrote.
          const bool second = is_set(topics[i].first);
          report(topics[second ? i : j].first,
                 fmt::format("'{}' is {} as well; each output needs its own "
                             "topic",
                             topics[i].second, topics[second ? j : i].first));
        }
      }
    }
  }

  void check_inputs() {
    const auto& topics = values_.input.topics;
    if (topics.empty()) report("input.topics", "names no topic");
    for (std::size_t i = 0; i < topics.size(); ++i) {
      if (std::find(topics.begin(), topics.begin() + static_cast<long>(i),
                    topics[i]) != topics.begin() + static_cast<long>(i)) {
        report("input.topics", fmt::format("'{}' is listed twice", topics[i]));
      }
      topics[i].starts_with('^') ? check_pattern(topics[i])
                                 : check_input(topics[i]);
    }
  }

  void check_input(const std::string& topic) {
    if (auto refused = refuse_kafka_name(topic)) {
      report("input.topics",
             fmt::format("as a topic's name: {}; a pattern starts with ^",
                         *refused));
    }
    for (const auto& [key, output] : outputs()) {
      if (topic == output) report_loop(topic, "is", key);
    }
  }

  void check_pattern(const std::string& pattern) {
    const topic_pattern compiled{pattern};
    if (auto refused = compiled.refusal()) {
      report("input.topics",
             fmt::format("'{}' is not a regular expression: {} (in a flag or a "
                         "variable a comma ends it)",
                         pattern, *refused));
    }
    for (const auto& [key, output] : outputs()) {
      if (compiled.matches(output)) report_loop(pattern, "matches", key);
    }
  }

  void report_loop(std::string_view topic, std::string_view verb,
                   std::string_view output) {
    report("input.topics",
           fmt::format("'{}' {} {}: tokensieve would read what it writes; "
                       "name another topic",
                       topic, verb, output));
  }

  void check_names() {
    const auto& group = values_.input.group;
    const auto is_control = [](unsigned char c) {
      return c < 0x20 || c == 127;
    };
    if (group.empty()) report("input.group", "is empty");
    if (group.size() > k_max_name || std::ranges::any_of(group, is_control)) {
      report("input.group",
             "is longer than 249 bytes or holds control characters");
    }
    if (!values_.instance.empty()) {
      if (auto refused = refuse_kafka_name(values_.instance)) {
        report("instance", *std::move(refused));
      }
    }
    if (!values_.http.listen.empty()) {
      const auto address = parse_listen_address(values_.http.listen);
      if (!address) report("http.listen", address.error().message);
    }
  }

  void check_commit() {
    if (values_.commit.interval.count() == 0) {
      report("commit.interval", "is 0; write a duration such as 1s");
    }
    if (values_.commit.bytes == 0) {
      report("commit.bytes", "is 0; write a size such as 64MiB");
    }
  }

  // A number of milliseconds among the producer's properties.
  struct producer_time {
    std::string key;
    std::chrono::milliseconds value;
  };
  std::optional<producer_time> producer_time_of(std::string_view canonical) {
    const auto& kafka = values_.kafka;
    for (const auto& [prefix, properties] :
         {std::pair{"kafka.producer.", &kafka.producer},
          std::pair{"kafka.", &kafka.common}}) {
      for (const auto& [name, text] : *properties) {
        if (canonical_kafka_name(name) != canonical) continue;
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return producer_time{prefix + name, std::chrono::milliseconds{value}};
      }
    }
    return std::nullopt;
  }

  void check_kafka() {
    for (const auto side : {kafka_side::consumer, kafka_side::producer}) {
      const auto properties = properties_for(values_.kafka, side);
      if (std::ranges::none_of(properties, [](const auto& property) {
            return !property.second.empty() &&
                   canonical_kafka_name(property.first) ==
                       "metadata.broker.list";
          })) {
        return report("kafka.bootstrap.servers",
                      "is missing; name a broker as HOST:PORT");
      }
    }
    if (values_.delivery == delivery_guarantee::exactly_once) {
      check_transaction();
    }
    if (!loaded_.problems.empty()) return;
    for (const auto side : {kafka_side::consumer, kafka_side::producer}) {
      if (auto refused = refuse_kafka_client(values_, side)) {
        loaded_.problems.push_back({file_, "kafka", *std::move(refused)});
        return;
      }
    }
  }

  void check_transaction() {
    const auto set = producer_time_of("transaction.timeout.ms");
    const auto limit = set ? set->value : k_transaction_timeout;
    const auto limit_text = fmt::format("transaction.timeout.ms ({}{} ms)",
                                        set ? "" : "default, ", limit.count());
    const auto message = producer_time_of("message.timeout.ms");
    if (message && (message->value.count() == 0 || message->value >= limit)) {
      report(message->key,
             fmt::format("is not below {}: a record would outlive its "
                         "transaction; lower it or raise "
                         "kafka.producer.transaction.timeout.ms",
                         limit_text));
    }
    if (values_.commit.interval >= limit) {
      report("commit.interval",
             fmt::format("is not below {}: the broker would abort each "
                         "transaction; lower it or raise "
                         "kafka.producer.transaction.timeout.ms",
                         limit_text));
    }
  }

  loaded_config& loaded_;
  config& values_;
  const std::string& file_;
  const std::vector<config_problem> unread_;
};

}  // namespace

void check_config(loaded_config& loaded, config_use use,
                  const std::string& file) {
  config_checker checker{loaded, file};
  checker.check_scan();
  if (use == config_use::stream) checker.check_stream();
}

}  // namespace tokensieve
