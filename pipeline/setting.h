#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tokensieve {

/// In order of precedence.
enum class setting_source : std::uint8_t { file, variable, flag };

/// One key as somebody wrote it: not yet known to exist or to be right.
struct setting {
  std::string key;  ///< `input.group`, `kafka.consumer.fetch.max.bytes`
  /// One value, or the elements of a list. May hold a secret.
  std::vector<std::string> values;
  bool list = false;  ///< written as a YAML list
  setting_source source = setting_source::file;
  std::string where;  ///< `FILE:LINE`, `variable NAME` or `flag --NAME`
  std::filesystem::path directory;  ///< relative paths start here
  bool exposed = false;             ///< stands in a file that any user can read
};

/// Something wrong with the configuration. Shows values of keys that are
/// known to hold no secret, and no others.
struct config_problem {
  std::string where;  ///< as in `setting`; empty for what nobody wrote
  std::string key;    ///< empty for a file as a whole
  std::string what;   ///< what is wrong and what to do about it

  /// `WHERE: KEY: WHAT`, the key once where a flag names it already.
  [[nodiscard]] std::string to_string() const;
};

}  // namespace tokensieve
