#include "pipeline/line_ends.h"

#include "detectors/byte_class.h"
#include "schemas/json_escapes.h"

#include <bit>

namespace tokensieve {
namespace {

constexpr std::size_t k_block = 64;

// A bit for each byte of a block that is `c`, the first the lowest.
using block_mask = std::uint64_t (*)(const char* block, char c);

std::uint64_t portable_equal(const char* block, char c) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < k_block; ++i)
    mask |= std::uint64_t{block[i] == c} << i;
  return mask;
}

template <block_mask Where>
[[gnu::always_inline]] inline line_end_count count(std::string_view raw,
                                                   std::size_t end) {
  line_end_count found;
  bool escaped = false;
  std::uint64_t last = 0;  // the line ends of the last block that has any
  std::size_t last_block = 0;
  for (std::size_t at = 0; at < end; at += k_block) {
    const char* const block = raw.data() + at;
    std::uint64_t escapes = Where(block, '\\');
    // Few blocks have two backslashes in a row.
    if (escaped || (escapes & escapes << 1) != 0)
      escapes = json_escapes(escapes, escaped);
    // A branch, so that no block waits for the one before.
    escaped = block[k_block - 1] == '\\' && escapes >> (k_block - 1) != 0;
    std::uint64_t line_ends = escapes & Where(block + 1, 'n');
    std::uint64_t hex = escapes & Where(block + 1, 'u');
    hex &= Where(block + 5, 'a') | Where(block + 5, 'A');
    for (; hex != 0; hex &= hex - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(hex));
      if (raw.substr(at + bit + 2, 3) == "000")
        line_ends |= std::uint64_t{1} << bit;
    }
    if (end - at < k_block) line_ends &= (std::uint64_t{1} << (end - at)) - 1;
    found.lines += static_cast<std::uint64_t>(std::popcount(line_ends));
    // No branch: in which blocks a line ends cannot be foreseen.
    const std::uint64_t any = 0 - std::uint64_t{line_ends != 0};
    last ^= (last ^ line_ends) & any;
    last_block ^= (last_block ^ at) & any;
  }
  if (last != 0) {
    const std::size_t line_end =
        last_block + static_cast<std::size_t>(std::bit_width(last)) - 1;
    found.last_line = line_end + (raw[line_end + 1] == 'n' ? 2 : 6);
  }
  return found;
}

line_end_count portable_count(std::string_view raw, std::size_t end) {
  return count<portable_equal>(raw, end);
}

#if defined(__x86_64__)

[[gnu::target("avx2,popcnt")]] line_end_count avx2_count(std::string_view raw,
                                                         std::size_t end) {
  return count<vector_classes::avx2_equal>(raw, end);
}

[[gnu::target("avx512bw,avx512vbmi,popcnt")]] line_end_count avx512_count(
    std::string_view raw, std::size_t end) {
  return count<vector_classes::avx512_equal>(raw, end);
}

#endif

auto best_count() noexcept {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("popcnt") != 0) {
    if (vector_classes::has_avx512()) return avx512_count;
    if (__builtin_cpu_supports("avx2") != 0) return avx2_count;
  }
#endif
  return portable_count;
}

}  // namespace

line_end_count count_line_ends(std::string_view raw, std::size_t end) noexcept {
  static const auto k_count = best_count();
  return k_count(raw, end);
}

}  // namespace tokensieve
