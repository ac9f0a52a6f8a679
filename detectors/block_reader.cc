#include "detectors/block_reader.h"

#include "detectors/hex_digits.h"
#include "detectors/raw_escape.h"
#include "detectors/raw_signature.h"

#include <algorithm>
#include <bit>

namespace tokensieve {
namespace {

// Is there the escape of a control character or of a space? Colours are full
// of them.
bool is_control(std::string_view text, std::size_t at) noexcept {
  return text[at] == '\\' && text.size() - at > 4 && text[at + 1] == 'u' &&
         text[at + 2] == '0' && text[at + 3] == '0' && text[at + 4] < '3';
}

// Two digits, of which the first is none of a digit's unless another unit
// follows, or a line's end, as it is or in the notation of a string.
bool may_be_quoted_printable(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < 4) return true;
  const char* const behind = text.data() + at + 1;
  if (behind[0] == '\\')
    return behind[1] == 'r' || behind[1] == 'n' || behind[1] == 'u';
  if (behind[0] == '3') return is_hex(behind[1]) && behind[2] == '=';
  return !is_hex(behind[0]) || is_hex(behind[1]);
}

// By distance of a letter from another behind it, modulo four, and by letter:
// the alignments of base64 and of hex, a bit each, in which it may be part of
// text.
constexpr auto k_alignments = [] {
  std::array<std::array<std::uint8_t, 256>, 4> table{};
  for (unsigned distance = 0; distance < 4; ++distance) {
    const unsigned place = 4 - distance;
    for (unsigned c = 0; c < 256; ++c) {
      const unsigned value = k_base64_alphabet.values[c];
      if (value == alphabet::k_none) continue;
      const bool hex = is_hex(static_cast<char>(c));
      unsigned alignments = 0;
      // The upper bit of the three bytes that a group of four letters makes.
      constexpr std::array<unsigned, 4> k_upper{32, 8, 2, 0};
      for (unsigned first = 0; first < 4; ++first) {
        if ((value & k_upper[(place - first) % 4]) == 0)
          alignments |= 1U << first;
      }
      for (unsigned first = 0; first < 2; ++first) {
        const bool upper = (place - first) % 2 == 0;
        if (upper ? c >= '0' && c <= '7' : hex) alignments |= 16U << first;
      }
      table[distance][c] = static_cast<std::uint8_t>(alignments);
    }
  }
  return table;
}();

// May the last letters of a line, that at `at` included, stand for text?
bool may_be_text(std::string_view text, std::size_t at) noexcept {
  unsigned alignments = 0xff;
  for (std::size_t i = 0; i < k_line; ++i)
    alignments &= k_alignments[i % 4][static_cast<unsigned char>(text[at - i])];
  return alignments != 0;
}

// Does the line or the array's element end behind the letter at `at`? In an
// event's raw bytes most backslashes and quotes are of something else.
bool ends_a_line(std::string_view text, std::size_t at) noexcept {
  if (at + 2 >= text.size()) return true;
  const char next = text[at + 2];
  switch (text[at + 1]) {
    case '\\':
      return next == 'n' || next == 'r' || next == '"' || next == '\\';
    case '"':
    case '\'':
      return next != ':' && next != ' ' && next != '>';
    case '\n':
    case '\r':
    case ',':
      return true;
    default:
      return false;
  }
}

// Calls `keep` with each bit of `set`, and returns those for which it holds.
template <typename Keep>
std::uint64_t kept(std::uint64_t set, Keep keep) noexcept {
  std::uint64_t good = 0;
  for (; set != 0; set &= set - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(set));
    good |= std::uint64_t{keep(bit)} << bit;
  }
  return good;
}

}  // namespace

block_reader::block_reader(std::string_view text, line_form form,
                           work_budget& work,
                           const byte_classifier& classify) noexcept
    : text_(text),
      raw_(form == line_form::raw || form == line_form::piece),
      work_(work),
      classify_(classify),
      count_((text.size() + k_mask_bytes - 1) / k_mask_bytes) {
  const std::size_t rest = text.size() - whole_blocks() * k_mask_bytes;
  rest_.fill(' ');
  text.copy(rest_.data(), rest, text.size() - rest);
}

// Those with enough bytes behind them.
std::size_t block_reader::whole_blocks() const noexcept {
  return text_.size() < k_bytes_behind
             ? 0
             : (text_.size() - k_bytes_behind) / k_mask_bytes;
}

const char* block_reader::at(std::size_t block) const noexcept {
  const std::size_t whole = whole_blocks();
  return block < whole ? text_.data() + block * k_mask_bytes
                       : rest_.data() + (block - whole) * k_mask_bytes;
}

std::size_t block_reader::find(std::size_t from, std::size_t end) noexcept {
  while (from < end) {
    if (from == batch_end_) load(from);
    const auto skipped =
        static_cast<std::size_t>(std::countr_zero(found_ >> from % k_batch));
    from = std::min(from + skipped, batch_end_);
    if (from < batch_end_) break;
  }
  return std::min(from, end);
}

void block_reader::skip_to(std::size_t block) noexcept {
  if (block < batch_end_ || block >= count_) return;
  batch_.letters.back() = batch_.line_ends.back() = 0;
  load(block - block % k_batch);
}

void block_reader::load(std::size_t first) noexcept {
  batch_.letters.front() = first == 0 ? 0 : batch_.letters.back();
  batch_.line_ends.front() = first == 0 ? 0 : batch_.line_ends.back();
  batch_end_ = std::min(first + k_batch, count_);
  std::uint64_t signatures = 0;
  const auto classify = [&](std::size_t from, std::size_t to) {
    if (from == to) return;
    classify_.bytes(at(from), to - from, batch_, from - first);
    if (raw_)
      signatures |=
          classify_.signatures(at(from), to - from, batch_, from - first);
  };
  const std::size_t whole = std::clamp(whole_blocks(), first, batch_end_);
  classify(first, whole);
  classify(whole, batch_end_);
  const block_sets sets = classify_.ends(batch_, batch_end_ - first);
  found_ =
      kept(sets.leads, [&](std::size_t i) { return keep_leads(first + i); });
  found_ |=
      kept(sets.ends, [&](std::size_t i) { return keep_ends(first + i); });
  found_ |=
      kept(sets.spaced, [&](std::size_t i) { return keep_spaced(first + i); });
  found_ |= kept(signatures,
                 [&](std::size_t i) { return keep_signatures(first + i); });
}

bool block_reader::may_lead(std::size_t at) const noexcept {
  switch (text_[at]) {
    case 'e':
      return is_compressed_base64(text_.substr(at));
    case '=':
      return may_be_quoted_printable(text_, at);
    case '\\':
      return !is_control(text_, at) || (raw_ && escape_may_hide(text_, at));
    case '%':
    case '&':
      return true;
    default:
      return false;
  }
}

bool block_reader::keep_leads(std::size_t block) noexcept {
  std::uint64_t& leads = batch_.leads[block % k_batch];
  leads = kept(leads, [&](std::size_t bit) {
    const std::size_t at = block * k_mask_bytes + bit;
    return !raw_escapes::hides_nothing(text_, at) && may_lead(at);
  });
  return leads != 0;
}

// Those where text may end. The last letters of the first of some pieces stand
// in all that end up to eight letters behind it.
bool block_reader::keep_ends(std::size_t block) noexcept {
  constexpr std::uint64_t k_with_first = (1U << (k_piece - k_line + 1)) - 1;
  std::uint64_t& pieces = batch_.pieces[block % k_batch];
  std::uint64_t& lines = batch_.lines[block % k_batch];
  piece_ends left{pieces, lines};
  pieces = lines = 0;
  while ((left.pieces | left.lines) != 0) {
    const auto bit =
        static_cast<std::size_t>(std::countr_zero(left.pieces | left.lines));
    const std::uint64_t first = std::uint64_t{1} << bit;
    const std::uint64_t beside =
        (left.pieces & first) == 0 ? 0 : left.pieces & k_with_first << bit;
    const std::size_t at = block * k_mask_bytes + bit;
    work_.spend(k_line);
    if (may_be_text(text_, at)) {
      pieces |= beside;
      if (ends_a_line(text_, at)) lines |= left.lines & first;
    }
    left.pieces &= ~beside;
    left.lines &= ~first;
  }
  return (pieces | lines) != 0;
}

bool block_reader::keep_spaced(std::size_t block) noexcept {
  std::uint64_t& spaced = batch_.spaced[block % k_batch];
  spaced = ends_of_spaced(letters(block));
  return spaced != 0;
}

bool block_reader::keep_signatures(std::size_t block) noexcept {
  std::uint64_t& signatures = batch_.signatures[block % k_batch];
  signatures = kept(signatures, [&](std::size_t bit) {
    return raw_signature_end(text_, block * k_mask_bytes + bit) != 0;
  });
  return signatures != 0;
}

}  // namespace tokensieve
