#include "pipeline/chunk.h"

#include "pipeline/line_ends.h"
#include "pipeline/raw_walk.h"

#include <algorithm>

namespace tokensieve {

std::size_t head_size(std::string_view raw, bool escaped) {
  if (raw.size() <= k_seam_reach) return raw.size();
  raw_walk walk(raw, escaped);
  walk.to(k_seam_reach - k_longest_escape + 1);
  return walk.at();
}

tail_place find_tail(std::string_view raw, bool escaped) {
  if (raw.size() <= k_seam_reach) return {};
  const std::size_t target = raw.size() - k_seam_reach;
  line_end_count found;
  if (escaped) {
    static_assert(k_seam_reach >= k_line_end_margin);
    found = count_line_ends(raw, target);
  } else {
    const std::string_view before = raw.substr(0, target);
    found.lines = static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
    if (found.lines != 0) found.last_line = before.rfind('\n') + 1;
  }
  // The last line end may go on over the target.
  raw_walk walk(raw.substr(found.last_line), escaped);
  walk.to(target - std::min(target, found.last_line));
  return {.begin = found.last_line + walk.at(),
          .line = found.lines + walk.line(),
          .column = walk.column()};
}

bool holds_line_end(std::string_view raw, bool escaped) noexcept {
  if (!escaped) return raw.contains('\n');
  if (ends_with_line_end(raw, escaped)) return true;
  for (std::size_t at = raw.find('\\'); at < raw.size();
       at = raw.find('\\', at)) {
    const std::string_view escape = raw.substr(at, 6);
    if (escape.starts_with("\\n") || escape == "\\u000a" ||
        escape == "\\u000A") {
      return true;
    }
    at += 2;
  }
  return false;
}

bool ends_with_line_end(std::string_view raw, bool escaped) noexcept {
  if (!escaped) return raw.ends_with('\n');
  if (!raw.ends_with("\\n")) return false;
  raw.remove_suffix(1);
  const std::size_t other = raw.find_last_not_of('\\');
  return (other == raw.npos ? raw.size() : raw.size() - other - 1) % 2 == 1;
}

}  // namespace tokensieve
