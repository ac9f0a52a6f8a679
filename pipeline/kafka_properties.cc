#include "pipeline/kafka_properties.h"

#include "pipeline/did_you_mean.h"
#include "pipeline/kafka_handles.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <tuple>
#include <utility>
#include <vector>

namespace tokensieve {

namespace {

using reason_buffer = std::array<char, 512>;

struct owned_property {
  std::string_view name;
  std::string_view remedy;
};

constexpr std::array<owned_property, 11> k_owned{{
    {"group.id", "set input.group"},
    {"group.instance.id", "set instance"},
    {"transactional.id", "it follows from input.group and instance"},
    {"isolation.level", "it is always read_committed"},
    {"enable.idempotence", "it is always on; set delivery"},
    {"acks", "it is always all"},
    {"request.required.acks", "it is always all"},
    {"partition.assignment.strategy",
     "it is range, then roundrobin; cooperative-sticky cannot be used"},
    {"auto.offset.reset", "set input.start and input.on_lost"},
    {"auto.commit.enable", "offsets are committed with the output"},
    {"partitioner", "it is always murmur2_random"},
}};

const owned_property* find_owned(std::string_view name) {
  static constexpr owned_property k_auto{
      "enable.auto.*", "offsets are committed with the output"};
  if (name.starts_with("enable.auto.")) return &k_auto;
  const auto found = std::ranges::find(k_owned, name, &owned_property::name);
  return found == k_owned.end() ? nullptr : &*found;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \n") - begin + 1);
}

// One row of librdkafka's table:
//   name | C/P | range | default | importance | description
// An alias's description starts with "Alias for `name`", perhaps behind a
// mark in asterisks; what only an API call can set says so.
std::optional<kafka_property> parse_row(std::string_view row) {
  const auto name_end = row.find('|');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto side_end = row.find('|', name_end + 1);
  if (side_end == std::string_view::npos) return std::nullopt;
  const std::string_view name = trim(row.substr(0, name_end));
  const std::string_view side =
      trim(row.substr(name_end + 1, side_end - name_end - 1));
  if ((side != "*" && side != "C" && side != "P") ||
      row.find("see dedicated API") != std::string_view::npos) {
    return std::nullopt;
  }
  constexpr std::string_view k_alias = "Alias for `";
  std::string_view canonical = name;
  if (const auto alias = row.find(k_alias); alias != std::string_view::npos) {
    canonical = row.substr(alias + k_alias.size());
    canonical = canonical.substr(0, canonical.find('`'));
  }
  return kafka_property{std::string{name}, std::string{canonical},
                        side == "C"   ? kafka_side::consumer
                        : side == "P" ? kafka_side::producer
                                      : kafka_side::both};
}

// The only call that names every property: the dump of a configuration leaves
// out aliases and whatever has no value.
std::vector<kafka_property> list_properties() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  if (stream == nullptr) throw std::bad_alloc{};
  rd_kafka_conf_properties_show(stream);
  std::fclose(stream);
  const std::unique_ptr<char, decltype(&std::free)> owner{text, &std::free};

  std::vector<kafka_property> properties;
  std::string_view rest{text, size};
  while (!rest.empty()) {
    const std::string_view row = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), row.size() + 1));
    if (auto property = parse_row(row)) {
      properties.push_back(*std::move(property));
    }
  }
  // Some stand in the tables of clients and of topics; the client's counts.
  std::ranges::stable_sort(properties, {}, &kafka_property::name);
  const auto repeated =
      std::ranges::unique(properties, {}, &kafka_property::name);
  properties.erase(repeated.begin(), repeated.end());
  return properties;
}

std::string unknown_property(std::string_view name) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& property : known_kafka_properties()) {
      all.push_back(property.name);
    }
    return all;
  }();
  const auto meant = did_you_mean(name, names);
  return fmt::format("librdkafka {} has no such property{}",
                     rd_kafka_version_str(),
                     meant ? fmt::format("; did you mean {}?", *meant) : "");
}

std::string_view side_name(kafka_side side) {
  return side == kafka_side::consumer ? "consumer" : "producer";
}

std::string one_line(std::string_view reason) {
  return std::string{trim(reason)};
}

}  // namespace

std::span<const kafka_property> known_kafka_properties() {
  static const std::vector<kafka_property> properties = list_properties();
  return properties;
}

const kafka_property* find_kafka_property(std::string_view name) {
  const auto properties = known_kafka_properties();
  const auto found =
      std::ranges::lower_bound(properties, name, {}, &kafka_property::name);
  return found == properties.end() || found->name != name ? nullptr : &*found;
}

std::string_view canonical_kafka_name(std::string_view name) {
  const kafka_property* known = find_kafka_property(name);
  return known == nullptr ? name : std::string_view{known->canonical};
}

bool is_secret_kafka_property(std::string_view name) {
  constexpr std::array<std::string_view, 6> k_words{
      "password",           "secret", "passphrase", "key.pem",
      "oauthbearer.config", "jaas"};
  return std::ranges::any_of(k_words, [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
}

std::optional<std::string> refuse_kafka_property(std::string_view name,
                                                 std::string_view value,
                                                 kafka_side side) {
  if (const owned_property* owned = find_owned(name)) {
    return fmt::format("tokensieve sets this itself: {}", owned->remedy);
  }
  if (name == "group.protocol" && value != "classic") {
    return "only the classic protocol keeps the guarantees; remove the key";
  }
  const kafka_property* known = find_kafka_property(name);
  if (known == nullptr) return unknown_property(name);
  if (side != kafka_side::both && known->side != kafka_side::both &&
      known->side != side) {
    return fmt::format("a {} has no such property; write kafka.{}.{}",
                       side_name(side), side_name(known->side), name);
  }
  const kafka_conf conf{rd_kafka_conf_new()};
  reason_buffer reason{};
  if (rd_kafka_conf_set(conf.get(), std::string{name}.c_str(),
                        std::string{value}.c_str(), reason.data(),
                        reason.size()) == RD_KAFKA_CONF_OK) {
    return std::nullopt;
  }
  if (is_secret_kafka_property(name)) return "librdkafka refuses the value";
  return one_line(reason.data());
}

std::map<std::string, std::string> properties_for(const kafka_config& kafka,
                                                  kafka_side side) {
  std::map<std::string, std::string> merged;
  for (const auto& [name, value] : kafka.common) {
    const kafka_property* known = find_kafka_property(name);
    if (known == nullptr || known->side == kafka_side::both ||
        known->side == side) {
      merged.emplace(name, value);
    }
  }
  const auto& own =
      side == kafka_side::consumer ? kafka.consumer : kafka.producer;
  for (const auto& [name, value] : own) {
    std::erase_if(merged, [&](const auto& common) {
      return canonical_kafka_name(common.first) == canonical_kafka_name(name);
    });
    merged.emplace(name, value);
  }
  return merged;
}

std::optional<std::string> refuse_kafka_client(const config& settings,
                                               kafka_side side) {
  auto properties = properties_for(settings.kafka, side);
  // Without a broker nothing connects; SASL would log in at once.
  std::erase_if(properties, [](const auto& property) {
    return canonical_kafka_name(property.first) == "metadata.broker.list" ||
           property.first.starts_with("sasl.");
  });
  if (auto protocol = properties.find("security.protocol");
      protocol != properties.end()) {
    const bool encrypted =
        protocol->second.ends_with("ssl") || protocol->second.ends_with("SSL");
    protocol->second = encrypted ? "ssl" : "plaintext";
  }
  if (side == kafka_side::consumer) {
    properties["group.id"] = settings.input.group;
    properties["message.max.bytes"] = k_least_message_limit;
  } else {
    properties["enable.idempotence"] = "true";
    if (settings.delivery == delivery_guarantee::exactly_once) {
      properties["transactional.id"] = settings.input.group;
      properties.try_emplace("transaction.timeout.ms",
                             std::to_string(k_transaction_timeout.count()));
    }
  }

  kafka_conf conf{rd_kafka_conf_new()};
  reason_buffer reason{};
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(),
                          reason.data(), reason.size()) != RD_KAFKA_CONF_OK) {
      return one_line(reason.data());
    }
  }
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  const kafka_client client{rd_kafka_new(
      side == kafka_side::consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER,
      conf.get(), reason.data(), reason.size())};
  if (client == nullptr) return one_line(reason.data());
  std::ignore = conf.release();  // the client took it
  return std::nullopt;
}

}  // namespace tokensieve
