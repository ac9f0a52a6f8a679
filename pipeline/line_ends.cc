#include "pipeline/line_ends.h"

#include <bit>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace tokensieve {
namespace {

constexpr std::size_t k_block = 64;

// A bit for each byte of a block, the first the lowest.
std::uint64_t where(const char* block, char c) noexcept {
  std::uint64_t mask = 0;
#if defined(__x86_64__)
  // What every such processor has is fast enough: no choice is needed.
  const __m128i same = _mm_set1_epi8(c);
  for (std::size_t i = 0; i < k_block; i += sizeof(same)) {
    __m128i bytes =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
    const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, same));
    mask |= std::uint64_t{static_cast<std::uint32_t>(found)} << i;
  }
#else
  for (std::size_t i = 0; i < k_block; ++i)
    mask |= std::uint64_t{block[i] == c} << i;
#endif
  return mask;
}

// Of backslashes those that begin an escape. `escaped`: the first byte belongs
// to an escape of the block before.
std::uint64_t escapes_of(std::uint64_t backslashes, bool escaped) noexcept {
  backslashes &= ~std::uint64_t{escaped};
  if ((backslashes & backslashes << 1) == 0) return backslashes;
  std::uint64_t escapes = 0;
  while (backslashes != 0) {
    const std::uint64_t first = backslashes & -backslashes;
    escapes |= first;
    backslashes &= ~(first | first << 1);
  }
  return escapes;
}

}  // namespace

line_end_count count_line_ends(std::string_view raw, std::size_t end) noexcept {
  line_end_count found;
  bool escaped = false;
  for (std::size_t at = 0; at < end; at += k_block) {
    const char* const block = raw.data() + at;
    const std::uint64_t escapes = escapes_of(where(block, '\\'), escaped);
    escaped = escapes >> (k_block - 1) != 0;
    if (escapes == 0) continue;
    std::uint64_t line_ends = escapes & where(block + 1, 'n');
    std::uint64_t hex = escapes & ~line_ends;
    if (hex != 0) hex &= where(block + 1, 'u');
    if (hex != 0) hex &= where(block + 5, 'a') | where(block + 5, 'A');
    for (; hex != 0; hex &= hex - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(hex));
      if (raw.substr(at + bit + 2, 3) == "000")
        line_ends |= std::uint64_t{1} << bit;
    }
    if (end - at < k_block) line_ends &= (std::uint64_t{1} << (end - at)) - 1;
    if (line_ends == 0) continue;
    found.lines += static_cast<std::uint64_t>(std::popcount(line_ends));
    const std::size_t last =
        at + k_block - 1 -
        static_cast<std::size_t>(std::countl_zero(line_ends));
    found.last_line = last + (raw[last + 1] == 'n' ? 2 : 6);
  }
  return found;
}

}  // namespace tokensieve
