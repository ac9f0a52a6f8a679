#include "pipeline/request_index.h"

#include <algorithm>

namespace tokensieve {

void request_index::add(const request_identity& request) {
  const auto confidence = static_cast<std::size_t>(request.confidence);
  counts& at_registry = requests_[request.at_registry];
  // Its own entry of a token without a registry.
  if (request.at_registry != request.token) {
    // Made before either is counted: memory may run out in between.
    ++requests_[request.token][confidence];
  }
  ++at_registry[confidence];
}

void request_index::remove(const request_identity& request) {
  const auto confidence = static_cast<std::size_t>(request.confidence);
  take(request.at_registry, confidence);
  if (request.at_registry != request.token) take(request.token, confidence);
}

bool request_index::covers(const request_identity& wanted) const {
  const auto found = requests_.find(wanted.at_registry);
  if (found == requests_.end()) return false;
  const counts& known = found->second;
  return std::any_of(known.begin() + static_cast<int>(wanted.confidence),
                     known.end(),
                     [](std::uint32_t requests) { return requests > 0; });
}

void request_index::take(const digest& from, std::size_t confidence) {
  const auto found = requests_.find(from);
  if (found == requests_.end()) return;
  --found->second[confidence];
  if (found->second == counts{}) requests_.erase(found);
}

}  // namespace tokensieve
