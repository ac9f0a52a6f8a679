#include "detectors/split_prefix.h"

#include "detectors/bytes.h"
#include "detectors/token_form.h"

#include <algorithm>

namespace tokensieve {
namespace {

// The size of what a sequence begins with at `at`, in text or in the notation
// of a string; 0 where none does.
std::size_t sequence_begin(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return 0;
  if (text[at] == '\x1b' || text[at] == '\r') return 1;
  if (text[at] != '\\') return 0;
  const std::string_view behind = text.substr(at + 1);
  if (behind.starts_with('r')) return 2;
  for (const std::string_view code : {"u001b", "u001B", "u000d", "u000D"}) {
    if (behind.starts_with(code)) return 1 + code.size();
  }
  return 0;
}

// What it begins with that ends at `end`.
std::size_t sequence_begin_before(std::string_view text,
                                  std::size_t end) noexcept {
  for (const std::size_t size : {1U, 2U, 6U}) {
    if (size <= end && sequence_begin(text, end - size) == size) return size;
  }
  return 0;
}

// The offset behind the sequence at `at`; `at` where there is none, the end of
// the text where it is a link, for that may be of any length.
std::size_t skip_sequence(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_max_parameters = 29;
  const std::size_t begin = sequence_begin(text, at);
  if (begin == 0) return at;
  std::size_t end = at + begin;
  const char last = text[end - 1];
  if (last == 'r' || last == '\r' || last == 'd' || last == 'D') return end;
  if (stands_at(text, end, "]")) return text.size();
  if (stands_at(text, end, "(") || stands_at(text, end, ")"))
    return std::min(end + 2, text.size());
  if (!stands_at(text, end, "[")) return at;
  const std::size_t limit = std::min(text.size(), end + k_max_parameters);
  for (++end; end < limit; ++end) {
    if (text[end] >= '@' && text[end] <= '~') return end + 1;
  }
  return at;
}

}  // namespace

bool prefix_goes_on(std::string_view text, std::size_t end) noexcept {
  std::size_t at = end - sequence_begin_before(text, end);
  const std::string_view before = text.substr(0, at);
  std::size_t letters = 1;
  while (letters < 4 && !before.ends_with(k_granular_prefix.substr(0, letters)))
    ++letters;
  for (; letters < k_granular_prefix.size(); ++letters) {
    for (std::size_t next = skip_sequence(text, at); next != at;
         next = skip_sequence(text, at)) {
      at = next;
    }
    if (at == text.size()) return true;
    if (text[at] != k_granular_prefix[letters]) return false;
    ++at;
  }
  return true;
}

}  // namespace tokensieve
