#pragma once

#include "pipeline/config_load.h"
#include "tests/pipeline/temporary_folder.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

inline constexpr std::string_view k_broker =
    "kafka: {bootstrap.servers: broker.example:9092}\n";
inline const std::string k_fake = "sha256:" + std::string(64, 'a');

inline std::string with_broker(std::string_view yaml) {
  return std::string{k_broker} + std::string{yaml};
}

/// A configuration in the making.
class config_test : public testing::Test {
 protected:
  loaded_config load(config_use use = config_use::stream) {
    return load_config(sources_, use);
  }
  // `yaml` in a file that any user can read.
  loaded_config load_yaml(const std::string& yaml,
                          config_use use = config_use::stream) {
    sources_.file = folder_.write("F", yaml);
    return load(use);
  }
  static std::vector<std::string> texts(const loaded_config& loaded) {
    std::vector<std::string> texts;
    for (const auto& problem : loaded.problems) {
      texts.push_back(problem.to_string());
    }
    return texts;
  }
  // The problems of `yaml`, without the folder's name.
  std::vector<std::string> problems_of(const std::string& yaml,
                                       config_use use = config_use::stream) {
    auto found = texts(load_yaml(yaml, use));
    for (auto& text : found) {
      if (text.starts_with(folder_.path())) {
        text.erase(0, folder_.path().size() + 1);
      }
    }
    return found;
  }

  temporary_folder folder_;
  config_sources sources_;
};

}  // namespace tokensieve
