#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve::reference {

// A slow detector whose correctness can be seen. It shares no code with
// detectors/: no Hyperscan, no prefilter, its own CRC, one loop over all
// positions. It knows tokens that stand in clear, not registries or encodings.

struct token {
  std::size_t begin = 0;
  std::string value;
  std::string confidence;  ///< "low", "medium", "high"

  bool operator==(const token&) const = default;
  auto operator<=>(const token&) const = default;
};

/// Every token in `text`, those with a wrong checksum included, by place.
std::vector<token> find_tokens(std::string_view text);

/// The six characters behind the 30 of `body`.
std::string checksum(std::string_view body);

}  // namespace tokensieve::reference
