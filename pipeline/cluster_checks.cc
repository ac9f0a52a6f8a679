#include "pipeline/cluster_checks.h"

#include "pipeline/config_values.h"
#include "pipeline/input_topics.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

using enum check_level;
using std::chrono::milliseconds;

/// The settings of one topic, as far as they may be read.
class topic_settings {
 public:
  explicit topic_settings(const std::map<std::string, std::string>& all)
      : all_(all) {}

  [[nodiscard]] std::string_view text(const std::string& name) const {
    const auto found = all_.find(name);
    return found == all_.end() ? std::string_view{} : found->second;
  }
  [[nodiscard]] std::optional<std::int64_t> number(
      const std::string& name) const {
    const std::string_view written = text(name);
    std::int64_t value = 0;
    const auto [end, error] =
        std::from_chars(written.data(), written.data() + written.size(), value);
    if (error != std::errc{} || end != written.data() + written.size()) {
      return std::nullopt;
    }
    return value;
  }

 private:
  const std::map<std::string, std::string>& all_;
};

std::string hours(milliseconds time) {
  return fmt::format(
      "{:.3g} h",
      std::chrono::duration<double, std::ratio<3600>>(time).count());
}

class output_checker {
 public:
  output_checker(checks& found, std::string subject, const topic_facts& topic)
      : found_(found), subject_(std::move(subject)), topic_(topic) {}

  /// What all outputs need.
  void check_safety() {
    if (topic_.without_leader > 0) {
      add(fail, "{} of its {} partitions have no leader: start their brokers",
          topic_.without_leader, topic_.partitions);
    }
    if (topic_.replicas < 2) {
      add(warn,
          "one copy of each record: the death of a broker can take them; use a "
          "replication factor of 3");
    }
    if (!topic_.settings) {
      return add(note,
                 "its settings could not be told: this client has no right to "
                 "DescribeConfigs, and takes records of up to 1 MiB for the "
                 "limit; deploy/create-topics --principal gives that right");
    }
    const topic_settings settings(*topic_.settings);
    if (topic_.replicas > 1 &&
        settings.number("min.insync.replicas").value_or(2) < 2) {
      add(warn,
          "min.insync.replicas=1: what one broker alone has taken can be lost; "
          "set 2");
    }
    if (settings.text("unclean.leader.election.enable") == "true") {
      add(warn,
          "unclean.leader.election.enable=true: committed records can be lost; "
          "set false");
    }
    if (settings.text("cleanup.policy").find("compact") !=
        std::string_view::npos) {
      add(fail,
          "cleanup.policy={}: records of one key are several facts, and "
          "compaction keeps the last; set delete",
          settings.text("cleanup.policy"));
    }
  }

  /// The request topic is what a start learns from, and what workers may come
  /// back to after an outage.
  void check_retention(milliseconds window) {
    if (!topic_.settings) return;
    const topic_settings settings(*topic_.settings);
    const auto retention = settings.number("retention.ms").value_or(-1);
    if (retention >= 0 && milliseconds(retention) < window) {
      add(fail,
          "retention.ms={} ({}) is below detection.window ({}): a token would "
          "be requested again, and a worker that was down misses requests; "
          "set the window and the longest outage of a worker",
          retention, hours(milliseconds(retention)), hours(window));
    } else if (retention >= 0 && milliseconds(retention) < 2 * window) {
      add(warn,
          "retention.ms={} ({}) leaves a worker {} beyond detection.window to "
          "come back; set the window and the longest outage of a worker",
          retention, hours(milliseconds(retention)),
          hours(milliseconds(retention) - window));
    }
    if (const auto bytes = settings.number("retention.bytes").value_or(-1);
        bytes >= 0) {
      add(warn, "retention.bytes={}: requests may go before their time; set -1",
          bytes);
    }
  }

  /// Ends the topic: a line that all is well, if nothing else was said.
  void conclude(std::size_t before) {
    if (std::ranges::any_of(
            found_.begin() + static_cast<std::ptrdiff_t>(before), found_.end(),
            [](const check& one) { return one.level != note; })) {
      return;
    }
    std::string text = fmt::format("{} partitions, {} copies",
                                   topic_.partitions, topic_.replicas);
    if (topic_.settings) {
      const topic_settings settings(*topic_.settings);
      for (const char* name : {"min.insync.replicas", "max.message.bytes",
                               "cleanup.policy", "retention.ms"}) {
        text += fmt::format(", {}={}", name, settings.text(name));
      }
    }
    found_.push_back({ok, subject_, std::move(text)});
  }

 private:
  template <typename... Args>
  void add(check_level level, fmt::format_string<Args...> text,
           Args&&... args) {
    found_.push_back(
        {level, subject_, fmt::format(text, std::forward<Args>(args)...)});
  }

  checks& found_;
  const std::string subject_;
  const topic_facts& topic_;
};

/// Where the topic takes more than an event may have. Such a record is held
/// whole all the same; compressed it says less than it takes.
std::optional<check> check_record_size(const config& settings,
                                       const std::string& subject,
                                       const topic_facts& topic) {
  if (!topic.settings) return std::nullopt;
  const auto most = topic_settings(*topic.settings).number("max.message.bytes");
  if (!most || std::cmp_less_equal(*most, settings.input.max_event_bytes)) {
    return std::nullopt;
  }
  const auto wanted = static_cast<std::uint64_t>(*most);
  return check{
      warn, subject,
      fmt::format("max.message.bytes={}: a record over input.max_event_bytes "
                  "({}) is a dead letter, and takes twice its size beside "
                  "memory ({}); for events of that size set memory to {} and "
                  "input.max_event_bytes to {}",
                  *most, format_size(settings.input.max_event_bytes),
                  format_size(settings.memory),
                  format_size(wanted * k_memory_per_event_byte),
                  format_size(wanted))};
}

/// Where a producer chooses the compression, and so what a fetch inflates to.
std::optional<check> check_compression(const std::string& subject,
                                       const topic_facts& topic) {
  if (!topic.settings) return std::nullopt;
  const auto kept = topic_settings(*topic.settings).text("compression.type");
  if (kept != "producer" && kept != "zstd" && kept != "gzip") {
    return std::nullopt;
  }
  return check{note, subject,
               fmt::format("compression.type={}: the client inflates a fetch "
                           "whole, and zstd and gzip make a log of little but "
                           "repeats a thousand times smaller, which memory "
                           "does not bound; where strangers' logs are sent "
                           "so, set lz4",
                           kept)};
}

}  // namespace

checks check_inputs(const config& settings, const cluster_facts& cluster) {
  checks found;
  for (const std::string& entry : settings.input.topics) {
    input_config one;
    one.topics = {entry};
    const topic_sizes topics = input_topics(one).select(sizes_of(cluster));
    if (topics.empty() && entry.starts_with('^')) {
      found.push_back({warn, "input " + entry,
                       "no topic matches that this client may see; run waits "
                       "for one"});
    } else if (topics.empty()) {
      found.push_back(
          {fail, "input " + entry,
           "does not exist, or this client may not see it; create it, correct "
           "input.topics, or give this client the right to read it"});
    }
    for (const auto& [name, partitions] : topics) {
      if (auto large = check_record_size(settings, "input " + name,
                                         cluster.topics.at(name))) {
        found.push_back(*std::move(large));
      }
      if (auto unbounded =
              check_compression("input " + name, cluster.topics.at(name))) {
        found.push_back(*std::move(unbounded));
      }
      const std::int32_t headless = cluster.topics.at(name).without_leader;
      if (headless == 0) {
        found.push_back(
            {ok, "input " + name, fmt::format("{} partitions", partitions)});
      } else {
        found.push_back({warn, "input " + name,
                         fmt::format("{} of {} partitions have no leader and "
                                     "are not read: start their brokers",
                                     headless, partitions)});
      }
    }
  }
  return found;
}

checks check_outputs(const config& settings, const cluster_facts& cluster,
                     const std::string& bootstrap) {
  const std::array<std::pair<std::string_view, const std::string&>, 3> outputs{
      {{"requests", settings.output.requests},
       {"sightings", settings.output.sightings},
       {"dead letters", settings.output.dead_letters}}};
  checks found;
  for (const auto& [role, name] : outputs) {
    const std::string subject = fmt::format("{} {}", role, name);
    const auto topic = cluster.topics.find(name);
    if (topic == cluster.topics.end()) {
      found.push_back(
          {fail, subject,
           fmt::format("does not exist, or this client may not see it; create "
                       "it with: deploy/create-topics --bootstrap {} (with "
                       "--principal, it also gives the rights)",
                       bootstrap)});
      continue;
    }
    const std::size_t before = found.size();
    output_checker checker(found, subject, topic->second);
    checker.check_safety();
    if (&name == &settings.output.requests) {
      checker.check_retention(settings.detection.window);
    }
    checker.conclude(before);
  }
  return found;
}

checks check_members(const config& settings, const cluster_facts& cluster) {
  const std::string subject = "group " + settings.input.group;
  if (!cluster.members) {
    return {{note, subject,
             "its members could not be told: this client may not describe it"}};
  }
  // A range assignment gives each topic's partitions to the first members.
  std::int32_t most = 0;
  for (const auto& [name, partitions] :
       input_topics(settings.input).select(sizes_of(cluster))) {
    most = std::max(most, partitions);
  }
  if (most > 0 && *cluster.members > most) {
    return {{warn, subject,
             fmt::format("{} members, and no input has more than {} "
                         "partitions: {} have nothing to do; add partitions or "
                         "run fewer",
                         *cluster.members, most, *cluster.members - most)}};
  }
  return {{ok, subject,
           fmt::format("{} members now; up to {} have work (the partitions of "
                       "the largest input)",
                       *cluster.members, most)}};
}

check check_transaction_limit(milliseconds configured,
                              const cluster_facts& cluster) {
  const std::string subject = "transaction.timeout.ms";
  const auto limit = !cluster.broker_settings
                         ? std::nullopt
                         : topic_settings(*cluster.broker_settings)
                               .number("transaction.max.timeout.ms");
  if (!limit) {
    return {note, subject,
            fmt::format("{}; the brokers' limit could not be told (this client "
                        "may not read their settings): the trial below does",
                        configured.count())};
  }
  if (configured.count() > *limit) {
    return {fail, subject,
            fmt::format("{} is above the brokers' transaction.max.timeout.ms "
                        "({}): lower kafka.producer.transaction.timeout.ms",
                        configured.count(), *limit)};
  }
  return {ok, subject,
          fmt::format("{}, the brokers allow {}", configured.count(), *limit)};
}

check check_clock(std::span<const record_stamp> newest,
                  std::chrono::system_clock::time_point now) {
  // More than this, and windows and latencies are off by as much.
  constexpr milliseconds k_tolerated{5'000};
  const std::string subject = "clock";
  if (newest.empty()) {
    return {note, subject,
            "its difference to the brokers' could not be told without writing: "
            "no record to compare with; keep NTP running on both"};
  }
  const auto age = [now](const record_stamp& stamp) {
    return std::chrono::duration_cast<milliseconds>(now - stamp.at);
  };
  const auto& youngest =
      *std::ranges::max_element(newest, {}, &record_stamp::at);
  const double seconds = std::chrono::duration<double>(age(youngest)).count();
  if (age(youngest) < -k_tolerated) {
    return {warn, subject,
            fmt::format("a record is stamped {:.1f} s ahead of this clock, by "
                        "{}: set it by NTP",
                        -seconds,
                        youngest.by_broker ? "the broker's clock"
                                           : "its producer's clock")};
  }
  if (youngest.by_broker && age(youngest) < k_tolerated) {
    return {ok, subject,
            fmt::format("within {:.1f} s of the broker's, which stamped the "
                        "newest record",
                        std::max(seconds, 0.0))};
  }
  return {note, subject,
          fmt::format("no record is stamped ahead of it (the newest {:.1f} s "
                      "ago); by how much it may be ahead of the brokers' could "
                      "not be told without writing; keep NTP running on both",
                      seconds)};
}

}  // namespace tokensieve
