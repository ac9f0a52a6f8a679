#include "detectors/byte_masks.h"

#include "detectors/byte_class.h"
#include "detectors/letter_runs.h"
#include "detectors/letters.h"
#include "detectors/signature_masks.h"

namespace tokensieve {
namespace {

// Letters and digits in three parts that make no byte twice, of which one has
// as few letters beside the `e` as it can.
constexpr unsigned k_low_letters = 1U << 0;   // digits, P to Y
constexpr unsigned k_high_letters = 1U << 1;  // A to D, F to I, K to O
constexpr unsigned k_e_letters = 1U << 2;     // E, J, U, Z
constexpr unsigned k_letters = k_low_letters | k_high_letters | k_e_letters;
constexpr unsigned k_percent = 1U << 3;
constexpr unsigned k_ampersand = 1U << 4;
constexpr unsigned k_equals = 1U << 5;
constexpr unsigned k_backslash = 1U << 6;
constexpr unsigned k_soft_break = 1U << 7;
// Of what stands behind a byte only.
constexpr unsigned k_control = 1U << 0;
constexpr unsigned k_sign = 1U << 1;
constexpr unsigned k_line_end = k_control | k_sign;
constexpr unsigned k_all_leads = k_percent | k_ampersand | k_equals |
                                 k_backslash | k_soft_break | k_e_letters;

constexpr byte_class marks() {
  byte_class marks;
  marks.add(k_low_letters, {3, 5, 7}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  marks.add(k_high_letters, {4, 6},
            {1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15});
  marks.add(k_e_letters, {4, 5, 6, 7}, {5, 10});
  marks.add(k_percent, {2}, {5});
  marks.add(k_ampersand, {2}, {6});
  marks.add(k_equals | k_soft_break, {3}, {13});
  marks.add(k_backslash, {5}, {12});
  return marks;
}

// What may stand behind a lead, with the bit of that, and some more that look
// like it: the high half of an ASCII letter; `#` or the name of an underscore;
// what an escape goes on with; a line end, as it is or escaped; what the second
// byte of zlib makes of base64.
constexpr byte_class marks_before() {
  byte_class before;
  before.add(k_percent | k_equals, {3}, {3, 4, 5, 6, 7});
  before.add(k_percent, {3}, {2});               // the dash and the dot
  before.add(k_ampersand, {2}, {3});             // #
  before.add(k_ampersand, {5, 6}, {5, 12});      // U, l
  before.add(k_backslash, {3}, {0, 1});          // 0, 1
  before.add(k_backslash, {5, 7}, {5, 8});       // U, u, x
  before.add(k_soft_break, {0}, {10, 13});       // LF, CR
  before.add(k_soft_break, {5}, {12});           // a backslash
  before.add(k_e_letters, {4}, {1, 6, 10, 14});  // A, F, J, N
  before.add(k_control, {0}, {0, 10, 13});       // NUL, LF, CR
  before.add(k_sign, {2, 5}, {2, 7, 12});        // quotes, comma, backslash
  return before;
}

alignas(32) constexpr byte_class k_marks = marks();
alignas(32) constexpr byte_class k_before = marks_before();

template <unsigned Bit>
constexpr bool has_bit(char c) noexcept {
  return is_alnum(c) &&
         (k_base64_alphabet.values[static_cast<unsigned char>(c)] >> Bit & 1) !=
             0;
}
constexpr bool is_low_digit(char c) noexcept {
  return c >= '0' && c <= '7';
}

alignas(32) constexpr byte_class k_bit5 = class_of(has_bit<5>);
alignas(32) constexpr byte_class k_bit3 = class_of(has_bit<3>);
alignas(32) constexpr byte_class k_bit1 = class_of(has_bit<1>);
alignas(32) constexpr byte_class k_hex = class_of(is_hex);
alignas(32) constexpr byte_class k_low_digit = class_of(is_low_digit);

template <typename InMask>
std::uint64_t portable_mask(const char* block, InMask in_mask) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < k_mask_bytes; ++i)
    mask |= std::uint64_t{in_mask(block + i)} << i;
  return mask;
}

// The blocks that fill up the last step.
void clear_behind(mask_batch& batch, std::size_t blocks) noexcept {
  for (std::size_t i = blocks; i % mask_batch::k_step != 0; ++i)
    batch.letters[i + 1] = batch.line_ends[i + 1] = batch.leads[i] = 0;
}

// The loops over steps are for the compiler to make vectors of.
[[gnu::always_inline]] inline block_sets ends_of(mask_batch& batch,
                                                 std::size_t blocks) noexcept {
  constexpr std::size_t k_step = mask_batch::k_step;
  clear_behind(batch, blocks);
  block_sets sets;
  for (std::size_t first = 0; first < blocks; first += k_step) {
    for (std::size_t i = first; i < first + k_step; ++i) {
      const two_masks letters{batch.letters[i], batch.letters[i + 1]};
      // No letter's neighbour is the last byte of a line.
      const two_masks ended{
          letters.before & batch.line_ends[i] & ~(letters.before >> 1),
          letters.mask & batch.line_ends[i + 1] & ~(letters.mask >> 1)};
      const auto [pieces, lines] = ends_of_pieces(letters, ended.mask);
      const two_masks pairs = longer<2>(ended);
      batch.pieces[i] = pieces;
      batch.lines[i] = lines;
      batch.spaced[i] = pairs.mask | pairs.before;
    }
    for (std::size_t i = first; i < first + k_step; ++i) {
      const std::uint64_t ends = batch.pieces[i] | batch.lines[i];
      sets.leads |= std::uint64_t{batch.leads[i] != 0} << i;
      sets.ends |= std::uint64_t{ends != 0} << i;
      sets.spaced |= std::uint64_t{batch.spaced[i] != 0} << i;
    }
  }
  return sets;
}

void portable_bytes(const char* text, std::size_t blocks, mask_batch& out,
                    std::size_t first) {
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto mask = [&](auto has) {
      return portable_mask(text + i * k_mask_bytes, has);
    };
    out.letters[first + i + 1] = mask(
        [](const char* at) { return (k_marks.bits(*at) & k_letters) != 0; });
    out.leads[first + i] = mask([](const char* at) {
      return (k_marks.bits(at[0]) & k_before.bits(at[1]) & k_all_leads) != 0;
    });
    out.line_ends[first + i + 1] = mask([](const char* at) {
      return (k_before.bits(at[1]) & k_line_end) != 0;
    });
  }
}

block_sets portable_ends(mask_batch& of, std::size_t blocks) {
  return ends_of(of, blocks);
}

// Only the bits are told differently.
[[gnu::always_inline]] inline void ends_of_letters(
    const letter_bits& bits, std::uint64_t letters, std::uint64_t line_ends,
    const lane_masks& before, lane_masks& text, lane_ends& out) noexcept {
  const lane_masks now = text_lanes(bits, letters);
  find_ends(before, now, line_ends, out);
  text = now;
}

void portable_text_ends(const char* block, std::uint64_t letters,
                        std::uint64_t line_ends, const lane_masks& before,
                        lane_masks& text, lane_ends& out) {
  const auto mask = [block](const byte_class& of) {
    return portable_mask(block,
                         [&of](const char* at) { return of.bits(*at) != 0; });
  };
  ends_of_letters({.bit5 = mask(k_bit5),
                   .bit3 = mask(k_bit3),
                   .bit1 = mask(k_bit1),
                   .hex = mask(k_hex),
                   .hex_low = mask(k_low_digit)},
                  letters, line_ends, before, text, out);
}

#if defined(__x86_64__)

using vector_classes::any_of;
using vector_classes::bits_of;
using vector_classes::load;
using vector_classes::none_of;

// What another thread has just inflated lies in its core's cache, and no
// hardware looks ahead over the end of a page.
inline void prefetch_behind(const char* block) noexcept {
  constexpr std::size_t k_ahead = 8192;
  __builtin_prefetch(block + k_ahead);
}

// Of 32 bytes, where there is none.
struct half_masks {
  std::uint64_t letters;
  std::uint64_t leads;
  std::uint64_t line_ends;
};

[[gnu::target("avx2")]] inline half_masks without(const char* at) noexcept {
  const __m256i bits = bits_of(load(at), k_marks);
  const __m256i before = bits_of(load(at + 1), k_before);
  const auto no = [](__m256i one, unsigned other)
                      __attribute__((target("avx2"))) {
                        return none_of(_mm256_and_si256(
                            one, _mm256_set1_epi8(static_cast<char>(other))));
                      };
  return {.letters = no(bits, k_letters),
          .leads = no(_mm256_and_si256(bits, before), k_all_leads),
          .line_ends = no(before, k_line_end)};
}

[[gnu::target("avx2")]] void avx2_bytes(const char* text, std::size_t blocks,
                                        mask_batch& out, std::size_t first) {
  for (std::size_t i = 0; i < blocks; ++i) {
    const char* const block = text + i * k_mask_bytes;
    prefetch_behind(block);
    const half_masks low = without(block);
    const half_masks high = without(block + 32);
    out.letters[first + i + 1] = ~(low.letters | high.letters << 32);
    out.line_ends[first + i + 1] = ~(low.line_ends | high.line_ends << 32);
    out.leads[first + i] = ~(low.leads | high.leads << 32);
  }
}

[[gnu::target("avx2")]] block_sets avx2_ends(mask_batch& of,
                                             std::size_t blocks) {
  return ends_of(of, blocks);
}

[[gnu::target("avx2")]] inline std::uint64_t mask_of(
    const char* block, const byte_class& of) noexcept {
  return any_of(bits_of(load(block), of)) |
         any_of(bits_of(load(block + 32), of)) << 32;
}

[[gnu::target("avx2")]] void avx2_text_ends(const char* block,
                                            std::uint64_t letters,
                                            std::uint64_t line_ends,
                                            const lane_masks& before,
                                            lane_masks& text, lane_ends& out) {
  ends_of_letters({.bit5 = mask_of(block, k_bit5),
                   .bit3 = mask_of(block, k_bit3),
                   .bit1 = mask_of(block, k_bit1),
                   .hex = mask_of(block, k_hex),
                   .hex_low = mask_of(block, k_low_digit)},
                  letters, line_ends, before, text, out);
}

using vector_classes::ascii_table;
using vector_classes::load_64;

[[gnu::target("avx512bw,avx512vbmi")]] void avx512_bytes(const char* text,
                                                         std::size_t blocks,
                                                         mask_batch& out,
                                                         std::size_t first) {
  static constexpr ascii_table k_mark_table(k_marks);
  static constexpr ascii_table k_before_table(k_before);
  for (std::size_t i = 0; i < blocks; ++i) {
    const char* const block = text + i * k_mask_bytes;
    prefetch_behind(block);
    const __m512i bits = bits_of(load_64(block), k_mark_table);
    const __m512i before = bits_of(load_64(block + 1), k_before_table);
    out.letters[first + i + 1] = any_of(bits, k_letters);
    out.line_ends[first + i + 1] = any_of(before, k_line_end);
    out.leads[first + i] = any_of(_mm512_and_si512(bits, before), k_all_leads);
  }
}

// Eight masks, of as many blocks or lanes.
using eight_masks [[gnu::vector_size(64)]] = std::uint64_t;

[[gnu::target("avx512bw,avx512vbmi2")]] inline eight_masks load_eight(
    const std::uint64_t* masks) noexcept {
  return reinterpret_cast<eight_masks>(_mm512_loadu_si512(masks));
}
[[gnu::target("avx512bw,avx512vbmi2")]] inline void store_eight(
    std::uint64_t* masks, eight_masks from) noexcept {
  _mm512_storeu_si512(masks, reinterpret_cast<__m512i>(from));
}
// As `moved`.
template <int By>
[[gnu::target("avx512bw,avx512vbmi2")]] inline eight_masks moved_eight(
    eight_masks before, eight_masks masks) noexcept {
  return reinterpret_cast<eight_masks>(_mm512_shldi_epi64(
      reinterpret_cast<__m512i>(masks), reinterpret_cast<__m512i>(before), By));
}
// A bit for each that has any.
[[gnu::target("avx512bw,avx512vbmi2")]] inline std::uint64_t set_of(
    eight_masks masks) noexcept {
  const auto bits = reinterpret_cast<__m512i>(masks);
  return _mm512_test_epi64_mask(bits, bits);
}

// As `longer`.
template <int By>
[[gnu::target("avx512bw,avx512vbmi2")]] inline void lengthen(
    eight_masks& before, eight_masks& masks) noexcept {
  masks &= moved_eight<By>(before, masks);
  before &= before << By;
}

// As `ends_of_pieces`: where pieces end, and in `lines` where lines do.
[[gnu::target("avx512bw,avx512vbmi2")]] inline eight_masks ends_of_eight(
    eight_masks before, eight_masks letters, eight_masks& lines) noexcept {
  static_assert(k_piece == 16 && k_line == 8);
  lengthen<1>(before, letters);
  lengthen<2>(before, letters);
  lengthen<4>(before, letters);
  lines &= letters;
  return letters & moved_eight<8>(before, letters);
}

[[gnu::target("avx512bw,avx512vbmi2")]] block_sets avx512_ends(
    mask_batch& batch, std::size_t blocks) {
  clear_behind(batch, blocks);
  block_sets sets;
  for (std::size_t i = 0; i < blocks; i += mask_batch::k_step) {
    const eight_masks before = load_eight(&batch.letters[i]);
    const eight_masks letters = load_eight(&batch.letters[i + 1]);
    const eight_masks ended_before =
        before & load_eight(&batch.line_ends[i]) & ~(before >> 1);
    const eight_masks ended =
        letters & load_eight(&batch.line_ends[i + 1]) & ~(letters >> 1);
    eight_masks lines = ended;
    const eight_masks pieces = ends_of_eight(before, letters, lines);
    const eight_masks spaced = (ended_before & ended_before << 2) |
                               (ended & moved_eight<2>(ended_before, ended));
    store_eight(&batch.pieces[i], pieces);
    store_eight(&batch.lines[i], lines);
    store_eight(&batch.spaced[i], spaced);
    sets.leads |= set_of(load_eight(&batch.leads[i])) << i;
    sets.ends |= set_of(pieces | lines) << i;
    sets.spaced |= set_of(spaced) << i;
  }
  return sets;
}

[[gnu::target("avx512bw,avx512vbmi,avx512vbmi2")]] void avx512_text_ends(
    const char* block, std::uint64_t letters, std::uint64_t line_ends,
    const lane_masks& before, lane_masks& text, lane_ends& out) {
  static constexpr ascii_table k_table = [] {
    ascii_table table(byte_class{});
    table.add(1U << 0, k_bit5);
    table.add(1U << 1, k_bit3);
    table.add(1U << 2, k_bit1);
    table.add(1U << 3, k_hex);
    table.add(1U << 4, k_low_digit);
    return table;
  }();
  const __m512i bits = bits_of(load_64(block), k_table);
  const lane_rules& rules = k_lane_rules;
  const eight_masks upper =
      (any_of(bits, 1U << 0) & load_eight(rules.bit5.data())) |
      (any_of(bits, 1U << 1) & load_eight(rules.bit3.data())) |
      (any_of(bits, 1U << 2) & load_eight(rules.bit1.data())) |
      (~any_of(bits, 1U << 4) & load_eight(rules.high.data()));
  const eight_masks good =
      ((letters & load_eight(rules.base64.data())) |
       (any_of(bits, 1U << 3) & load_eight(rules.hex.data()))) &
      ~upper;
  eight_masks lines = eight_masks{} + line_ends;  // in each lane
  const eight_masks pieces =
      ends_of_eight(load_eight(before.data()), good, lines);
  store_eight(text.data(), good);
  store_eight(out.masks.data(), pieces | lines);
  out.any = set_of(pieces | lines) != 0;
}

#endif

constexpr std::array k_classifiers{
    byte_classifier{portable_bytes, portable_signature_masks, portable_ends,
                    portable_text_ends},
#if defined(__x86_64__)
    byte_classifier{avx2_bytes, avx2_signature_masks, avx2_ends,
                    avx2_text_ends},
    byte_classifier{avx512_bytes, avx512_signature_masks, avx512_ends,
                    avx512_text_ends},
#endif
};

std::size_t usable_classifiers() noexcept {
#if defined(__x86_64__)
  if (vector_classes::has_avx512()) return 3;
  if (__builtin_cpu_supports("avx2") != 0) return 2;
#endif
  return 1;
}

}  // namespace

std::span<const byte_classifier> byte_classifier::usable() noexcept {
  static const std::size_t k_usable = usable_classifiers();
  return std::span(k_classifiers).first(k_usable);
}

}  // namespace tokensieve
