#include "pipeline/did_you_mean.h"

#include <algorithm>
#include <vector>

namespace tokensieve {

namespace {

// A name this long or longer is no slip of the fingers.
constexpr std::size_t k_max_length = 100;

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

std::optional<std::string> did_you_mean(std::string_view written,
                                        std::span<const std::string> names) {
  if (written.empty() || written.size() > k_max_length) return std::nullopt;
  const std::size_t near = 1 + written.size() / 6;
  std::size_t best = near + 1;
  const std::string* nearest = nullptr;
  for (const std::string& name : names) {
    const std::size_t distance = edit_distance(written, name);
    if (distance < best) {
      best = distance;
      nearest = &name;
    }
  }
  if (nearest != nullptr) return *nearest;

  const auto same_end = [&](const std::string& name) {
    return last_part(name) == last_part(written);
  };
  const auto found = std::ranges::find_if(names, same_end);
  if (found == names.end() || std::ranges::count_if(names, same_end) != 1) {
    return std::nullopt;
  }
  return *found;
}

}  // namespace tokensieve
