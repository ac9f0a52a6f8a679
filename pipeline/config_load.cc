#include "pipeline/config_load.h"

#include "pipeline/config_check.h"
#include "pipeline/config_keys.h"
#include "pipeline/config_values.h"
#include "pipeline/file_reference.h"
#include "pipeline/kafka_properties.h"
#include "pipeline/variable_settings.h"
#include "pipeline/yaml_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <list>

namespace tokensieve {

namespace {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const auto begin = part.find_first_not_of(' ');
    if (begin == std::string_view::npos) continue;
    parts.emplace_back(
        part.substr(begin, part.find_last_not_of(' ') - begin + 1));
  }
  return parts;
}

std::string flag_source(const std::string& key) {
  return "flag --" + key;
}

// Two names of one librdkafka property are one key.
std::string identity_of(const std::string& key) {
  const auto kafka = split_kafka_key(key);
  if (!kafka) return key;
  return fmt::format("kafka {} {}", kafka->side,
                     canonical_kafka_name(kafka->property));
}

class config_loader {
 public:
  config_loader(const config_sources& sources, config_use use)
      : sources_{sources}, use_{use} {}

  loaded_config load() {
    const bool complete = read_file();
    add_all(read_variable_settings(sources_.variables, loaded_.problems));
    read_flags();
    for (const setting& written : written_) {
      if (winners_.at(identity_of(written.key)) == &written) apply(written);
    }
    // What the file would have set is unknown, so nothing is missing.
    if (complete) check_config(loaded_, use_, file_name());
    return std::move(loaded_);
  }

 private:
  std::string file_name() const {
    if (sources_.file) return *sources_.file;
    const auto variable = sources_.variables.find("TOKENSIEVE_CONFIG");
    return variable == sources_.variables.end() ? "" : variable->second;
  }

  bool read_file() {
    if (!sources_.file && file_name().empty()) return true;
    auto settings = read_yaml_settings(file_name(), loaded_.problems);
    if (!settings) return false;
    add_all(*std::move(settings));
    return true;
  }

  void read_flags() {
    std::vector<setting> flags;
    for (const auto& [key, value] : sources_.flags) {
      const config_key* known = find_config_key(key);
      const bool list = known != nullptr && known->list;
      if (list) {
        const auto same = std::ranges::find(flags, key, &setting::key);
        if (same != flags.end()) {
          std::ranges::move(split_list(value),
                            std::back_inserter(same->values));
          continue;
        }
      }
      flags.push_back({.key = key,
                       .values = list ? split_list(value) : std::vector{value},
                       .list = false,
                       .source = setting_source::flag,
                       .where = flag_source(key),
                       .directory = {},
                       .exposed = true});
    }
    add_all(std::move(flags));
  }

  // `written_` is a list: the winners point into it.
  void add_all(std::vector<setting> settings) {
    for (setting& added : settings) {
      if (!is_known(added)) continue;
      const config_key* known = find_config_key(added.key);
      if (added.source == setting_source::variable && known != nullptr &&
          known->list) {
        added.values = split_list(added.values.front());
      }
      written_.push_back(std::move(added));
      const setting& kept = written_.back();
      const setting*& winner = winners_[identity_of(kept.key)];
      if (winner != nullptr && winner->source == setting_source::file &&
          kept.source == setting_source::file) {
        report(kept, fmt::format("set twice; first at {}", winner->where));
      }
      winner = &kept;
    }
  }

  bool is_known(const setting& written) {
    if (split_kafka_key(written.key)) {
      if (use_ == config_use::stream) return true;
    } else if (const config_key* known = find_config_key(written.key)) {
      if (use_ == config_use::stream || known->scan) return true;
    } else {
      report(written, describe_unknown_key(written.key));
      return false;
    }
    if (written.source == setting_source::flag) {
      report(written, "scan does not use it");
    }
    return false;
  }

  void apply(const setting& written) {
    const auto kafka = split_kafka_key(written.key);
    if (kafka && is_secret_kafka_property(kafka->property) &&
        !may_hold_secret(written)) {
      return;
    }
    auto resolved = resolve_file_references(written);
    if (!resolved) return report(written, resolved.error().message);
    if (kafka) {
      apply_kafka(*kafka, written, *resolved);
    } else {
      const config_key* known = find_config_key(written.key);
      const auto read = known->read(*resolved, loaded_.values);
      if (!read) return report(written, read.error().message);
    }
    loaded_.settings.emplace(written.key, written);
  }

  void apply_kafka(const kafka_key& key, const setting& written,
                   const setting& resolved) {
    if (written.list) {
      return report(written, "expects one value; put commas between several");
    }
    const auto side = key.side == "consumer"   ? kafka_side::consumer
                      : key.side == "producer" ? kafka_side::producer
                                               : kafka_side::both;
    const std::string& value = resolved.values.front();
    if (auto refused = refuse_kafka_property(key.property, value, side)) {
      return report(written, *std::move(refused));
    }
    auto& properties =
        side == kafka_side::consumer   ? loaded_.values.kafka.consumer
        : side == kafka_side::producer ? loaded_.values.kafka.producer
                                       : loaded_.values.kafka.common;
    properties.emplace(key.property, value);
  }

  // A secret stands in a file of its own, in a variable, or in a configuration
  // file that is closed to others; a command line shows in every process list.
  bool may_hold_secret(const setting& written) {
    if (!written.exposed ||
        std::ranges::all_of(written.values, is_file_reference)) {
      return true;
    }
    const std::string elsewhere = fmt::format(
        "put it in a file and write '${{file:PATH}}', or set the "
        "variable {}",
        variable_of(written.key));
    report(
        written,
        written.source == setting_source::flag
            ? "a secret may not be a flag, other users can see it; " + elsewhere
            : "a secret in a file that every user can read; run chmod 600 "
              "on the file, or " +
                  elsewhere);
    return false;
  }

  void report(const setting& at, std::string what) {
    loaded_.problems.push_back({at.where, at.key, std::move(what)});
  }

  const config_sources& sources_;
  const config_use use_;
  std::list<setting> written_;
  std::map<std::string, const setting*> winners_;  // by `identity_of`
  loaded_config loaded_;
};

}  // namespace

std::string config_problem::to_string() const {
  std::string text;
  if (!where.empty()) text += where + ": ";
  if (!key.empty() && where != flag_source(key)) text += key + ": ";
  return text + what;
}

loaded_config load_config(const config_sources& sources, config_use use) {
  return config_loader{sources, use}.load();
}

}  // namespace tokensieve
