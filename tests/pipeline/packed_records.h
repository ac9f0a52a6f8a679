#pragma once

#include "pipeline/batch.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A batch that holds `values` one behind the other, as a source packs them.
inline batch packed(const std::vector<std::string>& values) {
  static const std::string k_topic = "ci.build-logs";
  constexpr std::size_t k_padding = 64;
  std::string bytes;
  for (const std::string& value : values)
    bytes += value;
  batch made;
  made.arena = std::make_unique<char[]>(bytes.size() + k_padding);
  std::ranges::copy(bytes, made.arena.get());
  const std::string_view all(made.arena.get(), bytes.size());
  std::size_t begin = 0;
  for (const std::string& value : values) {
    record& added = made.records.emplace_back();
    added.value = all.substr(begin, value.size());
    added.adjoins = true;
    begin += value.size();
    added.readable_behind = bytes.size() - begin + k_padding;
    added.source_name = &k_topic;
  }
  return made;
}

/// A batch of one record that lies alone, with nothing readable behind it.
inline batch unpacked(const std::string& value) {
  batch made = packed({value});
  made.arena = std::make_unique<char[]>(value.size());
  std::ranges::copy(value, made.arena.get());
  record& only = made.records[0];
  only.value = {made.arena.get(), value.size()};
  only.readable_behind = 0;
  return made;
}

}  // namespace tokensieve
