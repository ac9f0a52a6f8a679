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

// Does a line end in front, as an event's raw bytes have it? Its `n` is no
// letter.
bool is_behind_line_end(std::string_view raw, std::size_t at) noexcept {
  return at > 2 && raw[at - 1] == 'n' && raw[at - 2] == '\\' &&
         raw[at - 3] != '\\';
}

// Is there the escape of a character beyond ASCII, or of none? Programs draw
// with them.
bool is_beyond_ascii(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < 4 || text[at + 1] != 'u') return false;
  const char first = text[at + 2];
  return first != '{' && (first != '0' || text[at + 3] != '0');
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

// Where as many letters end of which the first are in the block before.
template <std::size_t Letters>
constexpr std::uint64_t goes_back = (std::uint64_t{1} << (Letters - 1)) - 1;

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
                           const byte_classifier& classify) noexcept
    : text_(text),
      raw_(form == line_form::raw || form == line_form::piece),
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
  with_ends_ =
      kept(sets.ends, [&](std::size_t i) { return keep_ends(first + i); });
  found_ |= with_ends_;
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
      if (is_beyond_ascii(text_, at)) return false;
      if (!is_control(text_, at)) return true;
      return raw_ && !is_behind_line_end(text_, at) &&
             escape_may_hide(text_, at);
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

bool block_reader::keep_ends(std::size_t block) noexcept {
  const std::size_t i = block % k_batch;
  const std::uint64_t lines = kept(batch_.lines[i], [&](std::size_t bit) {
    return ends_a_line(text_, block * k_mask_bytes + bit);
  });
  const std::uint64_t pieces = batch_.pieces[i];
  if ((pieces | lines) == 0) return false;
  const two_masks both = letters(block);
  lane_ends found;
  const lane_masks* before = &lanes_;
  if (lanes_of_ + 1 != block) {
    static constexpr lane_masks k_none{};
    before = &k_none;
    if (block > 0 &&
        ((pieces & goes_back<k_piece>) | (lines & goes_back<k_line>)) != 0) {
      classify_.text_ends(at(block - 1), both.before, 0, k_none, lanes_, found);
      before = &lanes_;
    }
  }
  classify_.text_ends(at(block), both.mask, lines, *before, lanes_, found);
  lanes_of_ = block;
  if (!found.any) return false;
  ends_[i] = found.masks;
  return true;
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
