#include "tests/detectors/reference_readings.h"

#include "tests/detectors/reference.h"
#include "tests/detectors/reference_layers.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace tokensieve::reference {
namespace {

constexpr std::size_t k_depth = 4;
constexpr std::size_t k_others = 2;

// Each form of a token has one of these somewhere in front of it.
bool may_hold(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return lower.find("npm_") != lower.npos || lower.find("token") != lower.npos;
}

void add_readings(std::string_view text, std::size_t depth, std::size_t others,
                  std::set<reading>& all) {
  if (may_hold(text)) {
    for (const token& found : find_tokens(text)) {
      all.insert(
          {found.value, {}, found.begin, found.begin + found.value.size()});
    }
  }
  if (depth == 0) return;
  for (const layer& inner : layers_of(text)) {
    const bool other = inner.encoding != "base64";
    if (other && others == 0) continue;
    std::set<reading> found;
    add_readings(inner.text, depth - 1, other ? others - 1 : others, found);
    for (reading one : found) {
      const origin& first = inner.origins[one.begin];
      const origin& last = inner.origins[one.end - 1];
      // All of it encoded, it is of a run that may begin in front of it.
      one.begin = first.run == last.run ? first.run : first.begin;
      one.end = last.end;
      one.encodings.insert(one.encodings.begin(), inner.encoding);
      all.insert(std::move(one));
    }
  }
}

}  // namespace

std::vector<reading> readings_of(std::string_view text) {
  std::set<reading> all;
  add_readings(text, k_depth, k_others, all);
  return {all.begin(), all.end()};
}

bool is_promised(const reading& one) {
  const auto others = std::ranges::count_if(
      one.encodings, [](const std::string& name) { return name != "base64"; });
  const std::size_t depth = one.value.starts_with("npm_") ? 4 : 3;
  return one.encodings.size() <= depth && others <= 1;
}

}  // namespace tokensieve::reference
