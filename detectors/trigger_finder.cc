#include "detectors/trigger_finder.h"

#include "detectors/bytes.h"
#include "detectors/letter_walk.h"
#include "detectors/raw_escape.h"
#include "detectors/raw_signature.h"
#include "detectors/token_form.h"
#include "detectors/units.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace tokensieve {
namespace {

// What it costs to look at one thing, in bytes.
constexpr std::size_t k_lead_work = 24;
constexpr std::size_t k_known_work = 16;  // of a run that is known
constexpr std::size_t k_piece_work = 16;
constexpr std::size_t k_fold_work = 128;

constexpr std::uint64_t k_every_second = 0x5555555555555555;

// Of a token's 36 bytes the letters that stand for nothing else.
template <const alphabet& Letters>
constexpr std::size_t k_enough = Letters.bits == 6 ? 44 : 70;

constexpr std::uint64_t without_first(std::size_t bits) noexcept {
  return bits < k_mask_bytes ? ~std::uint64_t{0} << bits : 0;
}

// Does a run of base64 begin here that has the header of zlib?
bool begins_compressed(std::string_view text, std::size_t at, line_form form,
                       work_budget& work) noexcept {
  constexpr std::size_t k_shortest = 48;
  constexpr std::size_t k_before = 256;
  if (text[at] != 'e' || !is_compressed_base64(text.substr(at))) return false;
  // Where a sign stands in front, that of the next line tells whose it is.
  const bool sign = at > 0 && (text[at - 1] == '+' || text[at - 1] == '-');
  const letter_line line = letter_text(text, k_base64_alphabet, form, work)
                               .line_at(at, {at - std::min(at, k_before),
                                             sign ? text.size() : at + 1});
  if (line.first != at) return false;
  const std::string_view run = text.substr(at, k_shortest);
  const auto letters = std::ranges::count_if(run, [](char c) {
    return k_base64_alphabet.values[static_cast<unsigned char>(c)] !=
           alphabet::k_none;
  });
  // A line may end within, or a slash be escaped.
  return run.size() == k_shortest && letters > 32;
}

// Does another encoding go on where the letters end at `at`, or end where they
// begin?
bool is_interrupted(std::string_view text, std::size_t begin,
                    std::size_t end) noexcept {
  const std::string_view behind = text.substr(end, 3);
  const auto are_hex = [&](std::size_t at) {
    return at + 1 < behind.size() && is_hex(behind[at]) &&
           is_hex(behind[at + 1]);
  };
  if (behind.starts_with('\x1b') || behind.starts_with("&#")) return true;
  if (behind.starts_with('%') && are_hex(1)) return true;
  if (behind.starts_with('=') && (are_hex(1) || behind.ends_with('\n')))
    return true;
  if (behind.starts_with('\\') && behind.size() > 1) {
    static constexpr byte_set k_escapes("\\xuU01");
    return k_escapes.contains(behind[1]);
  }
  static constexpr byte_set k_ends(";\x07");
  const std::string_view before = text.substr(0, begin);
  if (before.ends_with('[')) {
    // The letters of a colour code seem to be of those behind it.
    return before.ends_with("\x1b[") || before.ends_with("u001b[") ||
           before.ends_with("u001B[");
  }
  return begin > 0 && k_ends.contains(text[begin - 1]);
}

// Where a letter no longer repeats, `limit` at the latest, of which the whole
// piece is that ends behind `at`; 0 where it is of several letters. Nothing in
// a token repeats so, but logs have such lines, and each alignment of them is
// text, in each layer.
std::size_t end_of_repeats(std::string_view text, std::size_t at,
                           std::size_t limit) noexcept {
  if (at + 1 < k_piece) return 0;
  const std::size_t first = at + 1 - k_piece;
  const std::string_view repeats = text.substr(0, limit);
  const std::size_t end = repeats.find_first_not_of(text[first], first);
  return end > at ? std::min(end, limit) : 0;
}

// Where the UUID ends of whose last group the digit at `at` is, 0 for none. No
// run begins within a UUID.
std::size_t uuid_end(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_last_group = 12;
  constexpr std::size_t k_before = k_uuid_size - k_last_group;
  const std::size_t limit = at - std::min(at, k_last_group - 1);
  while (at > limit && is_hex(text[at - 1]))
    --at;
  const bool ends = at >= k_before && text[at - 1] == '-' &&
                    is_uuid_form(text, at - k_before);
  return ends ? at + k_last_group : 0;
}

// Is there the end of a line or of a string near by that the letters may be
// folded at?
bool is_near_line_end(std::string_view text, std::size_t begin,
                      std::size_t end) noexcept {
  constexpr std::size_t k_before = 256;
  constexpr std::size_t k_behind = 16;
  const std::size_t from = begin - std::min(begin, k_before);
  for (const std::string_view side :
       {text.substr(end, k_behind), text.substr(from, begin - from)}) {
    if (side.contains('\n') || side.contains("\\n") || side.contains("\","))
      return true;
  }
  return false;
}

}  // namespace

void trigger_finder::skip_to(std::size_t at) noexcept {
  const std::size_t block = std::min(at / k_mask_bytes, blocks_.count());
  if (block <= next_) return;
  blocks_.skip_to(block);
  next_ = block;
}

// Goes on to the next block that is worth a look.
bool trigger_finder::next_block(std::size_t limit) noexcept {
  const std::size_t end = std::min(blocks_.count(), limit / k_mask_bytes + 1);
  if (next_ < end) next_ = blocks_.find(next_, end);
  if (next_ >= end) return false;
  block_ = next_;
  leads_ = blocks_.leads(next_);
  spaced_ = blocks_.spaced(next_);
  if (is_raw()) signatures_ = blocks_.signatures(next_);
  ends_ = blocks_.ends(next_);
  lane_ = 0;
  ++next_;
  return true;
}

std::optional<text_trigger> trigger_finder::next_unit() noexcept {
  const std::size_t block = block_ * k_mask_bytes;
  std::size_t known = 0;  // where the last encoding that was asked about is
  token_encoding known_as{};
  while (leads_ != 0 && !work_.is_spent()) {
    const auto at = block + static_cast<std::size_t>(std::countr_zero(leads_));
    leads_ &= leads_ - 1;
    if (is_alnum(text_[at])) {
      if (begins_compressed(text_, at, form_, work_))
        return text_trigger{token_encoding::base64, at, at + 1};
      continue;
    }
    if (is_raw() && escape_may_hide(text_, at))
      return text_trigger{token_encoding::escape, at, at + 1};
    const token_encoding encoding = encoding_of_lead(text_[at]);
    if (encoding == known_as && at < known) {
      work_.spend(k_known_work);
      continue;
    }
    work_.spend(k_lead_work);
    known = known_to({encoding, at, at + 1});
    known_as = encoding;
    if (at < known) continue;
    if (const auto found = encoded_letters_at(text_, at, work_))
      return text_trigger{found->encoding, found->begin, found->end};
  }
  return std::nullopt;
}

text_trigger trigger_finder::next_signature() noexcept {
  const std::size_t block = block_ * k_mask_bytes;
  const auto bit = static_cast<std::size_t>(std::countr_zero(signatures_));
  signatures_ &= signatures_ - 1;
  const std::size_t end = raw_signature_end(text_, block + bit);
  return {token_encoding::escape, end - 1, end};
}

// UTF-16: zeros between the letters. Which byte order it is the decoder tells.
std::optional<text_trigger> trigger_finder::next_spaced() noexcept {
  const std::size_t block = block_ * k_mask_bytes;
  while (spaced_ != 0 && !work_.is_spent()) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(spaced_));
    const std::size_t last = block + bit;
    spaced_ &= spaced_ - 1;
    work_.spend(k_lead_work);
    const text_trigger found{token_encoding::utf_16le, last, last + 1};
    if (const auto known = known_to(found); known > last) {
      // Those between them are of the other byte order.
      const std::uint64_t same =
          std::rotl(k_every_second, static_cast<int>(bit % 2));
      spaced_ &= ~same | without_first(known - block);
      continue;
    }
    bool zeros = true;
    for (std::size_t i = 1; i < 2 * k_line - 2; i += 2)
      zeros &= text_[last - i] == '\0';
    if (zeros) return found;
  }
  return std::nullopt;
}

// Is the group one of a folded run's that may be a piece of a token?
template <const alphabet& Letters>
bool trigger_finder::is_folded_piece(std::size_t group) noexcept {
  std::optional<line_memory>& memory =
      Letters.bits == 6 ? base64_lines_ : hex_lines_;
  if (!memory) memory.emplace();
  unfolded letters(text_, Letters, form_, group, work_, *memory);
  while (true) {
    examination<Letters> whole(letters.text());
    whole.walk(letters.group());
    const bool piece = form_ == line_form::piece && letters.is_folded();
    if (whole.size() >= (piece ? k_piece : k_enough<Letters>)) return true;
    // What is not plausible ends it, whatever other lines hold.
    const bool longer_before =
        whole.begins_at_edge() && letters.extend_before();
    const bool longer_behind = whole.ends_at_edge() && letters.extend_behind();
    if (!longer_before && !longer_behind) return false;
  }
}

// Examines the pieces of one lane that end in the block at `block`, until one
// may be a piece of a token.
template <const alphabet& Letters>
std::optional<text_trigger> trigger_finder::next_letters(
    unsigned phase) noexcept {
  constexpr bool k_base64 = Letters.bits == 6;
  const std::size_t block = block_ * k_mask_bytes;
  std::uint64_t& ends = ends_[lane_];
  while (ends != 0 && !work_.is_spent()) {
    const auto last = block + static_cast<std::size_t>(std::countr_zero(ends));
    // Every group begins in a line of 8 that ends here.
    const std::size_t first = last + 1 - k_line;
    const std::size_t group = first + (phase - first) % Letters.group;
    work_.spend(k_piece_work);
    if (const auto end = end_of_repeats(text_, last, block + k_mask_bytes);
        end > last) {
      ends &= without_first(end - block);
      continue;
    }
    if constexpr (!k_base64) {
      if (const std::size_t end = uuid_end(text_, last); end > last) {
        ends &= without_first(end - block);
        continue;
      }
    }
    const token_encoding encoding =
        k_base64 ? token_encoding::base64 : token_encoding::hex;
    if (const auto known = known_to({encoding, group, last + 1});
        known > last) {
      ends &= without_first(known - block);
      continue;
    }
    examination<Letters> found(text_);
    found.walk(group);
    work_.spend(2 * (k_piece_work + found.size()));

    // No other piece goes over what ended this one.
    const std::size_t behind =
        std::max(found.end() + k_line - 1, last + 1) - block;
    ends &= without_first(behind);
    bool good = found.size() >= k_enough<Letters>;
    const bool at_edge = found.begins_at_edge() || found.ends_at_edge();
    if (!good && at_edge && found.size() >= k_line) {
      good = found.size() >= k_piece &&
             is_interrupted(text_, found.begin(), found.end());
      work_.spend(2 * k_fold_work);
      if (!good && is_near_line_end(text_, found.begin(), found.end())) {
        work_.spend(2 * k_fold_work);
        good = is_folded_piece<Letters>(group);
      }
    }
    if (good) {
      return text_trigger{encoding, group, found.end()};
    }
  }
  return std::nullopt;
}

std::optional<text_trigger> trigger_finder::next(std::size_t limit) noexcept {
  do {
    if (work_.is_spent()) return std::nullopt;
    if (signatures_ != 0) return next_signature();
    if (leads_ != 0) {
      if (const auto found = next_unit()) return found;
    }
    if (spaced_ != 0) {
      if (const auto found = next_spaced()) return found;
    }
    for (; lane_ < k_lanes; ++lane_) {
      if (ends_[lane_] == 0) continue;
      const auto found =
          lane_ < k_base64_lanes
              ? next_letters<k_base64_alphabet>(lane_)
              : next_letters<k_hex_alphabet>(lane_ - k_base64_lanes);
      if (found) return found;
    }
  } while (next_block(limit));
  return std::nullopt;
}

}  // namespace tokensieve
