#include "pipeline/chunk.h"

#include "pipeline/raw_walk.h"

#include <algorithm>

namespace tokensieve {
namespace {

/// Counts the line ends of an escaped text. False where that is not told by
/// two bytes: a backslash in front of another one, an LF in hex.
bool count_plain_line_ends(std::string_view raw, std::uint64_t& lines) {
  // A block of a fixed size is what compilers vectorise.
  constexpr std::size_t k_block = 64;
  constexpr std::size_t k_ahead = 5;
  const char* at = raw.data();
  const char* const end = at + raw.size();
  unsigned odd = 0;
  const auto count = [&](std::size_t size) {
    unsigned char found = 0;
    unsigned char strange = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const bool escape = at[i] == '\\';
      found += static_cast<unsigned char>(escape & (at[i + 1] == 'n'));
      strange |= static_cast<unsigned char>(
          escape & ((at[i + 1] == '\\') |
                    ((at[i + 1] == 'u') & ((at[i + k_ahead] | 0x20) == 'a'))));
    }
    lines += found;
    odd |= strange;
    at += size;
  };
  while (end - at >= static_cast<std::ptrdiff_t>(k_block + k_ahead))
    count(k_block);
  if (odd != 0) return false;
  raw_walk rest({at, static_cast<std::size_t>(end - at)}, true);
  rest.to(static_cast<std::size_t>(end - at));
  lines += rest.line() - 1;
  return true;
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
    if (!count_plain_line_ends(before, lines)) {
      lines = 0;
    } else if (lines != 0) {
      last_line = before.rfind("\\n") + 2;
    }
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
