#include "pipeline/chunk.h"

#include "pipeline/raw_walk.h"

#include <algorithm>
#include <optional>

namespace tokensieve {
namespace {

// A block of a fixed size, and byte arithmetic in it, is what compilers make
// vectors of.
constexpr std::size_t k_block = 64;
constexpr std::size_t k_ahead = 5;

struct block_counts {
  std::uint8_t line_ends = 0;
  std::uint8_t strange = 0;
};

/// `\n` in a block, and what two bytes do not tell: a backslash in front of
/// another one, an LF in hex.
block_counts count_block(const char* at) noexcept {
  block_counts found;
  for (std::size_t i = 0; i < k_block; ++i) {
    const std::uint8_t escape = at[i] == '\\';
    const std::uint8_t line_end = at[i + 1] == 'n';
    const std::uint8_t doubled = at[i + 1] == '\\';
    const std::uint8_t hex = at[i + 1] == 'u';
    const std::uint8_t ten = (at[i + k_ahead] | 0x20) == 'a';
    found.line_ends =
        static_cast<std::uint8_t>(found.line_ends + (escape & line_end));
    found.strange = static_cast<std::uint8_t>(
        found.strange | (escape & (doubled | (hex & ten))));
  }
  return found;
}

/// Counts the line ends of an escaped text, if that can be done so.
std::optional<std::uint64_t> count_line_ends(std::string_view raw) {
  std::uint64_t lines = 0;
  std::size_t at = 0;
  for (; raw.size() - at >= k_block + k_ahead; at += k_block) {
    const block_counts found = count_block(raw.data() + at);
    if (found.strange != 0) return {};
    lines += found.line_ends;
  }
  const std::string_view rest = raw.substr(at);
  if (rest.contains("\\\\") || rest.contains("\\u000")) return {};
  for (std::size_t end = rest.find("\\n"); end != rest.npos;
       end = rest.find("\\n", end + 2))
    ++lines;
  return lines;
}

/// A place in front of `at` that is in no escape.
std::size_t outside_escapes(std::string_view raw, std::size_t at) noexcept {
  std::size_t plain = 0;
  while (at > 0 && plain < k_longest_escape) {
    --at;
    plain = raw[at] == '\\' ? 0 : plain + 1;
  }
  return at == 0 ? 0 : at + k_longest_escape;
}

}  // namespace

std::size_t head_size(std::string_view raw, bool escaped) {
  if (raw.size() <= k_seam_reach) return raw.size();
  raw_walk walk(raw, escaped);
  walk.to(k_seam_reach - k_longest_escape + 1);
  return walk.at();
}

tail_place find_tail(std::string_view raw, bool escaped) {
  if (raw.size() <= k_seam_reach) return {};
  const std::size_t target = raw.size() - k_seam_reach;
  std::uint64_t lines = 0;
  std::size_t last_line = 0;
  if (escaped) {
    const std::size_t safe = outside_escapes(raw, target);
    const std::string_view before = raw.substr(0, safe);
    lines = count_line_ends(before).value_or(0);
    if (lines != 0) last_line = before.rfind("\\n") + 2;
  } else {
    const std::string_view before = raw.substr(0, target);
    lines = static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
    if (lines != 0) last_line = before.rfind('\n') + 1;
  }
  raw_walk walk(raw.substr(last_line), escaped);
  walk.to(target - last_line);
  return {.begin = last_line + walk.at(),
          .line = lines + walk.line(),
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
