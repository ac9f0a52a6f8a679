#pragma once

#include "pipeline/batch.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>

namespace tokensieve {

/// A batch of `values` as the source packs them, all of one partition.
[[nodiscard]] inline batch_ptr pack_batch(std::span<const std::string> values) {
  static const std::string k_topic = "ci.build-logs";
  // What simdjson may read behind the last.
  constexpr std::size_t k_padding = 64;
  std::size_t size = 0;
  for (const std::string& value : values)
    size += value.size();
  auto made = std::make_unique<batch>();
  made->arena = std::make_unique<char[]>(size + k_padding);
  std::size_t begin = 0;
  for (const std::string& value : values) {
    std::ranges::copy(value, made->arena.get() + begin);
    record& added = made->records.emplace_back();
    added.value = {made->arena.get() + begin, value.size()};
    added.adjoins = true;
    added.source_name = &k_topic;
    begin += value.size();
    added.readable_behind = size - begin + k_padding;
  }
  made->value_bytes = size;
  return made;
}

}  // namespace tokensieve
