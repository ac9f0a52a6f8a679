#include "pipeline/yaml_settings.h"

#include "pipeline/config_keys.h"
#include "pipeline/config_values.h"
#include "pipeline/utf8.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {

namespace {

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(
                 std::ranges::count(text.substr(0, offset), '\n'));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

class yaml_reader {
 public:
  yaml_reader(const std::filesystem::path& path,
              std::vector<config_problem>& problems)
      : path_{path}, problems_{problems} {
    struct stat status{};
    exposed_ =
        ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
  }

  std::optional<std::vector<setting>> read() {
    const auto text = read_small_file(path_);
    if (!text) {
      report(path_.string(), "", "cannot read: " + text.error().message);
      return std::nullopt;
    }
    if (const auto bad = find_invalid_utf8(*text)) {
      report(at(line_at(*text, *bad)), "", "not UTF-8; save the file as UTF-8");
      return std::nullopt;
    }
    // yaml-cpp takes some of them for the end of the file.
    if (const auto bad = std::ranges::find_if(*text, is_control);
        bad != text->end()) {
      report(at(line_at(*text, static_cast<std::size_t>(bad - text->begin()))),
             "", "not YAML: a control character");
      return std::nullopt;
    }
    try {
      if (!read_documents(YAML::LoadAll(*text))) return std::nullopt;
    } catch (const YAML::Exception& e) {
      // What stands behind a colon is text of the file, and may be a secret.
      const std::string_view reason = e.msg;
      report(at(line_of(e.mark)), "",
             fmt::format("not YAML: {}", reason.substr(0, reason.find(':'))));
      return std::nullopt;
    }
    return std::move(settings_);
  }

 private:
  static std::size_t line_of(const YAML::Mark& mark) {
    return mark.is_null() ? 1 : static_cast<std::size_t>(mark.line) + 1;
  }
  std::string at(std::size_t line) const {
    return fmt::format("{}:{}", path_.string(), line);
  }
  std::string at(const YAML::Node& node) const {
    return at(line_of(node.Mark()));
  }
  void report(std::string where, std::string key, std::string what) {
    problems_.push_back({std::move(where), std::move(key), std::move(what)});
  }

  bool read_documents(const std::vector<YAML::Node>& documents) {
    if (documents.empty() || documents.front().IsNull()) return true;
    if (!documents.front().IsMap()) {
      report(at(documents.front()), "",
             "expects keys and values, such as 'memory: 512MiB'");
      return false;
    }
    if (documents.size() > 1) {
      report(at(documents[1]), "", "a second document; only one is read");
    }
    read_section(documents.front(), "");
    return true;
  }

  void read_section(const YAML::Node& section, const std::string& name) {
    for (const auto& entry : section) {
      if (!entry.first.IsScalar()) {
        report(at(entry.first), name, "expects a name for a key");
        continue;
      }
      const std::string_view dot = name.empty() ? "" : ".";
      read_key(fmt::format("{}{}{}", name, dot, entry.first.Scalar()),
               entry.first, entry.second);
    }
  }

  void read_key(const std::string& key, const YAML::Node& name,
                const YAML::Node& value) {
    const bool section = is_config_section(key);
    if (value.IsMap() && section) return read_section(value, key);
    if (section && !is_value(key)) {
      if (!value.IsNull()) {
        report(at(name), key, "expects keys below it, not a value");
      }
      return;
    }
    if (value.IsMap()) {
      return report(at(name), key,
                    is_value(key) ? "expects a value, not keys below it"
                                  : describe_unknown_key(key));
    }
    setting read{.key = key,
                 .values = {},
                 .list = value.IsSequence(),
                 .source = setting_source::file,
                 .where = at(name),
                 .directory = path_.parent_path(),
                 .exposed = exposed_};
    if (!value.IsSequence()) {
      if (!add_value(key, value, read)) return;
    } else {
      for (const auto& element : value) {
        if (!add_value(key, element, read)) return;
      }
    }
    settings_.push_back(std::move(read));
  }

  static bool is_value(const std::string& key) {
    return find_config_key(key) != nullptr ||
           (split_kafka_key(key) && !split_kafka_key(key)->property.empty() &&
            key != "kafka.consumer" && key != "kafka.producer");
  }

  bool add_value(const std::string& key, const YAML::Node& value, setting& to) {
    if (value.IsMap() || value.IsSequence()) {
      report(at(value), key, "expects plain values in a list");
      return false;
    }
    // A tag swallows what follows: `password: !x` would set an empty one.
    if (value.Tag().starts_with('!') && value.Tag() != "!") {
      report(at(value), key, "put a value that starts with ! in quotes");
      return false;
    }
    to.values.push_back(value.IsNull() ? "" : value.Scalar());
    return true;
  }

  const std::filesystem::path& path_;
  std::vector<config_problem>& problems_;
  bool exposed_ = false;
  std::vector<setting> settings_;
};

}  // namespace

std::optional<std::vector<setting>> read_yaml_settings(
    const std::filesystem::path& path, std::vector<config_problem>& problems) {
  return yaml_reader{path, problems}.read();
}

}  // namespace tokensieve
