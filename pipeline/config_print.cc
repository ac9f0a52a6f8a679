#include "pipeline/config_keys.h"
#include "pipeline/config_load.h"
#include "pipeline/file_reference.h"
#include "pipeline/kafka_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

namespace {

// Plain where YAML cannot take it for anything but text, else in quotes.
std::string scalar(std::string_view text) {
  constexpr std::string_view k_plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  const bool null = text == "null" || text == "Null" || text == "NULL";
  if (!text.empty() && !null && text.front() != '-' &&
      text.find_first_not_of(k_plain) == std::string_view::npos) {
    return std::string{text};
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string sequence(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    text += (text.empty() ? "" : ", ") + scalar(value);
  }
  return "[" + text + "]";
}

class config_printer {
 public:
  explicit config_printer(const loaded_config& loaded) : loaded_{loaded} {}

  std::string print() {
    text_ += "kafka:\n";
    print_kafka("  ", "kafka.", loaded_.values.kafka.common);
    print_side("consumer", loaded_.values.kafka.consumer);
    print_side("producer", loaded_.values.kafka.producer);
    std::string_view section;
    for (const config_key& key : config_keys()) {
      const auto dot = key.name.find('.');
      const bool nested = dot != std::string_view::npos;
      const std::string_view own =
          nested ? key.name.substr(0, dot) : std::string_view{};
      if (nested && own != section) text_ += fmt::format("{}:\n", own);
      section = own;
      const auto values = key.write(loaded_.values);
      print_line(nested ? "  " : "",
                 nested ? key.name.substr(dot + 1) : key.name,
                 key.list ? sequence(values) : scalar(values.front()),
                 std::string{key.name});
    }
    return std::move(text_);
  }

 private:
  void print_side(std::string_view side,
                  const std::map<std::string, std::string>& properties) {
    if (properties.empty()) return;
    text_ += fmt::format("  {}:\n", side);
    print_kafka("    ", fmt::format("kafka.{}.", side), properties);
  }

  void print_kafka(std::string_view indent, const std::string& prefix,
                   const std::map<std::string, std::string>& properties) {
    for (const auto& [name, value] : properties) {
      const std::string key = prefix + name;
      print_line(indent, name,
                 scalar(is_secret_kafka_property(name) ? mask(key) : value),
                 key);
    }
  }

  std::string mask(const std::string& key) const {
    const auto written = loaded_.settings.find(key);
    return written != loaded_.settings.end() &&
                   is_file_reference(written->second.values.front())
               ? written->second.values.front()
               : "********";
  }

  void print_line(std::string_view indent, std::string_view name,
                  const std::string& value, const std::string& key) {
    const auto written = loaded_.settings.find(key);
    text_ += fmt::format("{}{}: {}", indent, name, value);
    if (written != loaded_.settings.end()) {
      text_ += "  # " + written->second.where;
    }
    text_ += '\n';
  }

  const loaded_config& loaded_;
  std::string text_;
};

}  // namespace

std::string print_config(const loaded_config& loaded) {
  return config_printer{loaded}.print();
}

}  // namespace tokensieve
