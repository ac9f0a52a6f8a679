#include "detectors/readings.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

namespace tokensieve {
namespace {

bool stands_before(const finding& a, const finding& b) noexcept {
  const auto key = [](const finding& found) {
    return std::tuple(found.begin, found.end, found.fingerprint,
                      std::string_view(found.registry));
  };
  return key(a) < key(b);
}

}  // namespace

void keep_shortest_readings(std::vector<finding>& all, std::size_t first) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
  const auto touches = [](const finding& a, const finding& b) {
    return a.end > b.begin;
  };
  if (std::adjacent_find(begin, all.end(), touches) == all.end()) return;
  std::sort(begin, all.end(), [](const finding& a, const finding& b) {
    const auto key = [](const finding& found) {
      return std::tuple(found.fingerprint, found.begin, found.encodings.size(),
                        found.end, std::string_view(found.registry));
    };
    return key(a) < key(b);
  });
  auto kept = begin;
  for (auto next = begin; next != all.end(); ++next) {
    if (kept == begin || (kept - 1)->fingerprint != next->fingerprint ||
        (kept - 1)->end <= next->begin) {
      if (kept != next) *kept = std::move(*next);
      ++kept;
      continue;
    }
    finding& other = *(kept - 1);
    const std::size_t encodings = next->encodings.size();
    const token_confidence surest =
        std::max(other.confidence, next->confidence);
    if (encodings == other.encodings.size()) {
      const bool repeats = next->registry == other.registry ||
                           next->begin != other.begin || next->end != other.end;
      if (repeats) {
        other.confidence = surest;
        continue;
      }
      if (kept != next) *kept = std::move(*next);
      ++kept;
    } else if (encodings > other.encodings.size()) {
      if (other.registry.empty()) other.registry = std::move(next->registry);
      other.confidence = surest;
    } else {
      if (next->registry.empty()) next->registry = std::move(other.registry);
      other = std::move(*next);
      other.confidence = surest;
    }
  }
  all.erase(kept, all.end());
  std::sort(all.begin() + static_cast<std::ptrdiff_t>(first), all.end(),
            stands_before);
}

}  // namespace tokensieve
