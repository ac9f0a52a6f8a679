#include "detectors/decoders.h"
#include "detectors/letter_walk.h"
#include "detectors/token_form.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

// A run is decoded in pieces, so that it may be of any length. A piece reaches
// back far enough for the key in front of a token.
constexpr std::size_t k_reach_back = 8'192;
constexpr std::size_t k_reach = 65'536;
constexpr std::size_t k_overlap = 4'096;
constexpr std::size_t k_max_compressed = std::size_t{8} << 20;
// The size of the headers that are patterns.
constexpr std::size_t k_header = 4;
// How far back `decode` looks for the prefix of the line it begins in.
constexpr std::size_t k_line_reach = 4'096;
constexpr std::size_t k_max_padding = 2;
// Where blocks are folded as a rule.
constexpr std::size_t k_pem_column = 64;
constexpr std::size_t k_mime_column = 76;

line_form form_of(bool patch) noexcept {
  return patch ? line_form::patch : line_form::text;
}

// Are the letters of a run up to the end of `line`, of which `before` stand in
// front of it, a whole text, so that `next` is another's? Two lines may be a
// folded block of any width, but one that ends within a group, its last bits
// zero, has no whole groups in its last line; few first lines end with an
// encoded line end; and one that the text begins within, so that it is shorter
// than the next, is hardly ever cut where it is read as text.
bool is_whole_text(std::string_view text, const alphabet& letters,
                   const letter_text& lines, const letter_line& line,
                   std::size_t before, const letter_line& next) noexcept {
  std::uint32_t bits = 0;
  unsigned size = 0;
  std::uint8_t last = 0;
  std::size_t skipped =
      (letters.group - before % letters.group) % letters.group;
  for (std::size_t at = line.first; at < line.last;) {
    const std::size_t letter = lines.letter_size(at);
    if (letter == 0) return false;
    at += letter;
    if (skipped > 0) {
      --skipped;
      continue;
    }
    bits = bits << letters.bits | lines.value_of(text[at - 1]);
    size += letters.bits;
    if (size < 8) continue;
    size -= 8;
    last = static_cast<std::uint8_t>(bits >> size & 0xff);
    if (!is_plausible(last)) return false;
  }
  if (size > 0) return size < letters.bits && (bits & ((1U << size) - 1)) == 0;
  if (line.letters < next.letters) return line.first == 0;
  const bool usual =
      line.letters == k_pem_column || line.letters == k_mime_column;
  return before == 0 && !usual && last == '\n';
}

// Sets `run` to the run that the line is of, and counts what of it stands in
// front of `at`.
void measure_run(std::string_view text, const alphabet& letters,
                 const letter_text& lines, std::size_t at,
                 run_memory& memory) noexcept {
  memory.line = lines.line_at(at, {0, text.size()});
  memory.anchor = at;
  memory.letters = 0;
  memory.run = {};
  memory.border = {};
  if (at < memory.line.first) return;
  memory.run.begin = memory.line.first;
  std::size_t before = 0;
  auto in_front = lines.previous(memory.line);
  for (auto line = in_front; line; line = lines.previous(*line)) {
    before += line->letters;
    memory.run.begin = line->first;
  }
  memory.letters = before + lines.count(memory.line.first, at);
  // Of a block only the last line is short, and a word may stand behind it.
  letter_line last = memory.line;
  letter_line end = last;
  bool is_block = true;
  bool is_full = false;  // `last`, for as many letters are in the next line
  for (auto line = lines.next(end); line; line = lines.next(end)) {
    is_block = is_block && !lines.is_prose(*line);
    if (is_block) {
      before += last.letters;
      in_front = std::exchange(last, *line);
    } else if (end == last) {
      is_full = line->letters == last.letters;
    }
    is_block = is_block && line->letters >= end.letters;
    end = *line;
  }
  memory.run.end = end.last;
  if (in_front) memory.work->spend(in_front->letters);
  if (in_front && ((is_full && last.letters < in_front->letters) ||
                   is_whole_text(text, letters, lines, *in_front,
                                 before - in_front->letters, last))) {
    memory.border = {.end = in_front->last, .begin = last.first};
    memory.border_letters = before;
  }
  for (std::size_t i = 0; i < k_max_padding && memory.run.end < text.size() &&
                          text[memory.run.end] == '=';
       ++i) {
    ++memory.run.end;
  }
}

// Moves the anchor to `at`, a letter of the same run; false if it is none.
bool move_anchor(const letter_text& lines, std::size_t at,
                 run_memory& memory) noexcept {
  while (at >= memory.line.last) {
    const auto line = lines.next(memory.line);
    if (!line) return false;
    memory.letters += lines.count(memory.anchor, memory.line.last);
    memory.line = *line;
    memory.anchor = line->first;
  }
  while (at < memory.line.first) {
    const auto line = lines.previous(memory.line);
    if (!line || at >= line->last) return false;
    memory.letters -= lines.count(memory.line.first, memory.anchor);
    memory.line = *line;
    memory.anchor = line->last;
  }
  if (at < memory.anchor) {
    memory.letters -= lines.count(at, memory.anchor);
  } else {
    memory.letters += lines.count(memory.anchor, at);
  }
  memory.anchor = at;
  return true;
}

// Letters of two runs may be looked at in turn, an alignment after another.
bool is_covered(const run_memory& memory, unsigned lane,
                decoder_trigger trigger) noexcept {
  const text_range before = memory.covered_before[lane];
  return trigger.begin >= memory.covered_from[lane]
             ? trigger.end <= memory.covered[lane]
             : trigger.begin >= before.begin && trigger.end <= before.end;
}

// REQUIRES: is_covered(memory, lane, trigger).
std::size_t covered_end(const run_memory& memory, unsigned lane,
                        decoder_trigger trigger) noexcept {
  return trigger.begin >= memory.covered_from[lane]
             ? memory.covered[lane]
             : memory.covered_before[lane].end;
}

void set_covered(run_memory& memory, unsigned lane, std::size_t end) noexcept {
  const std::size_t begin = memory.run.begin;
  std::size_t& from = memory.covered_from[lane];
  if (begin < from) {
    memory.covered_before[lane] = {begin, end};
    return;
  }
  if (begin > from) memory.covered_before[lane] = {from, memory.covered[lane]};
  from = begin;
  memory.covered[lane] = end;
}

// What each letter stands for where it stands in a group: one look a letter.
template <const alphabet& Letters>
class group_values {
 public:
  // No group has so many bits.
  static constexpr std::uint32_t k_none = std::uint32_t{1} << 31;

  consteval group_values() {
    for (std::size_t place = 0; place < Letters.group; ++place) {
      const auto shift = Letters.bits * (Letters.group - 1 - place);
      for (std::size_t c = 0; c < 256; ++c) {
        const std::uint8_t value = Letters.values[c];
        values_[place][c] =
            value == alphabet::k_none ? k_none : std::uint32_t{value} << shift;
      }
    }
  }

  /// `k_none` and more if one of the letters is none.
  [[nodiscard]] std::uint32_t of(const char* letters) const noexcept {
    std::uint32_t group = 0;
    for (std::size_t place = 0; place < Letters.group; ++place)
      group |= values_[place][static_cast<unsigned char>(letters[place])];
    return group;
  }

 private:
  std::array<std::array<std::uint32_t, 256>, Letters.group> values_{};
};

// Writes what the whole groups that `text` begins with stand for, and moves
// `to` behind it; returns the size of the groups.
template <const alphabet& Letters>
std::size_t decode_groups(std::string_view text, char*& to) noexcept {
  static constexpr group_values<Letters> k_values;
  constexpr std::size_t bytes = Letters.group * Letters.bits / 8;
  std::size_t at = 0;
  char* next = to;  // what is written might be `to`, for all a compiler knows
  for (; text.size() - at >= Letters.group; at += Letters.group) {
    const std::uint32_t group = k_values.of(text.data() + at);
    if (group >= k_values.k_none) break;
    for (std::size_t i = bytes; i > 0; --i)
      *next++ = static_cast<char>(group >> (8 * (i - 1)) & 0xff);
  }
  to = next;
  return at;
}

bool ends_with_uuid(std::string_view decoded) noexcept {
  return decoded.size() >= k_uuid_size &&
         is_uuid_form(decoded, decoded.size() - k_uuid_size);
}

std::size_t skip_letters(const letter_text& lines, std::size_t at,
                         std::size_t letters) noexcept {
  for (; letters > 0; --letters)
    at += lines.letter_size(at);
  return at;
}

class letters_decoder final : public decoder {
 public:
  letters_decoder(token_encoding encoding, const alphabet& letters) noexcept
      : encoding_(encoding), letters_(letters) {}

  token_encoding encoding(const encoded_run&) const noexcept override {
    return encoding_;
  }
  // The headers of gzip and zstd.
  std::vector<std::string> text_patterns() const override {
    if (encoding_ != token_encoding::base64) return {};
    return {"H4sI", "KLUv"};
  }
  bool reads(token_encoding found) const noexcept override {
    return found == encoding_;
  }
  std::optional<encoded_run> find_run(
      std::string_view text, bool patch, decoder_trigger trigger,
      run_memory& memory) const noexcept override;
  std::size_t covered_to(std::string_view text, bool patch,
                         decoder_trigger trigger,
                         run_memory& memory) const noexcept override;
  void decode(std::string_view text, const encoded_run& run, std::string& out,
              std::vector<decoded_place>& places) const override;

 private:
  [[nodiscard]] std::size_t piece_begin(const letter_text& lines,
                                        const run_memory& memory,
                                        std::size_t begin) const noexcept;

  token_encoding encoding_;
  const alphabet& letters_;
};

// `lane` is how many letters of the run stand in front of its first group: the
// stretch tells, whatever letters the run begins with.
std::optional<encoded_run> letters_decoder::find_run(
    std::string_view text, bool patch, decoder_trigger trigger,
    run_memory& memory) const noexcept {
  const bool matched = trigger.begin == trigger.end;
  const std::size_t begin = trigger.begin - (matched ? k_header : 0);
  const letter_text lines(text, letters_, form_of(patch), *memory.work);
  const bool same_run =
      begin >= memory.run.begin && trigger.end <= memory.run.end;
  if (!same_run || !move_anchor(lines, begin, memory)) {
    measure_run(text, letters_, lines, begin, memory);
  }
  const std::size_t group = letters_.group;
  encoded_run found{.run = memory.run, .piece = {}, .patch = patch};
  found.lane = static_cast<unsigned>(memory.letters % group);
  if (is_covered(memory, found.lane, trigger)) return std::nullopt;
  // What is compressed is read from its header on, and whole.
  const bool compressed = encoding_ == token_encoding::base64 &&
                          is_compressed_base64(text.substr(begin));
  if (compressed) {
    found.piece.begin = begin;
  } else if (begin - memory.run.begin <= k_reach_back) {
    found.piece.begin = skip_letters(lines, memory.run.begin, found.lane);
  } else {
    found.piece.begin = piece_begin(lines, memory, begin);
  }
  found.piece.end = std::min(memory.run.end,
                             begin + (compressed ? k_max_compressed : k_reach));
  if (memory.border.begin != 0 &&
      (compressed || begin - memory.run.begin <= k_reach_back)) {
    const std::size_t skipped = compressed ? memory.letters : found.lane;
    const std::size_t before = std::max(memory.border_letters, skipped);
    found.border = memory.border;
    found.border.decoded = (before - skipped) * letters_.bits / 8;
    // The second begins with a whole group; whatever else goes on is of one.
    if (memory.border_letters % group != found.lane)
      found.border.begin = memory.run.begin;
  }
  set_covered(memory, found.lane,
              found.piece.end == memory.run.end ? memory.run.end
                                                : found.piece.end - k_overlap);
  return found;
}

std::size_t letters_decoder::covered_to(std::string_view text, bool patch,
                                        decoder_trigger trigger,
                                        run_memory& memory) const noexcept {
  bool any = false;
  for (unsigned lane = 0; lane < letters_.group; ++lane)
    any |= is_covered(memory, lane, trigger);
  if (!any || trigger.begin < memory.run.begin ||
      trigger.end > memory.run.end) {
    return 0;
  }
  const letter_text lines(text, letters_, form_of(patch), *memory.work);
  if (!move_anchor(lines, trigger.begin, memory)) return 0;
  const auto lane = static_cast<unsigned>(memory.letters % letters_.group);
  return is_covered(memory, lane, trigger)
             ? std::min(covered_end(memory, lane, trigger), memory.line.last)
             : 0;
}

std::size_t letters_decoder::piece_begin(const letter_text& lines,
                                         const run_memory& memory,
                                         std::size_t begin) const noexcept {
  letter_line line = memory.line;
  std::size_t at = begin;
  std::size_t letters = 0;
  while (begin - line.first < k_reach_back) {
    letters += lines.count(line.first, at);
    at = line.first;
    const auto previous = lines.previous(line);
    if (!previous) break;
    line = *previous;
    at = line.last;
  }
  if (begin - line.first >= k_reach_back) {
    // What stands in front of the next line is none of this one.
    const std::size_t reached =
        std::clamp(begin - k_reach_back, line.first, at);
    letters += lines.count(reached, at);
    at = reached;
  }
  // The first whole group may begin in the next line.
  for (std::size_t rest = letters % letters_.group; rest > 0; --rest) {
    if (at >= line.last) {
      const auto next = lines.next(line);
      if (!next) break;
      line = *next;
      at = line.first;
    }
    at += lines.letter_size(at);
  }
  return at;
}

void letters_decoder::decode(std::string_view text, const encoded_run& run,
                             std::string& out,
                             std::vector<decoded_place>&) const {
  // The lines of a piece are few: whoever asks for it has paid.
  work_budget work(SIZE_MAX);
  const letter_text lines(text, letters_, form_of(run.patch), work);
  const std::size_t begin = run.piece.begin;
  std::optional<letter_line> line = lines.line_at(
      begin, {begin - std::min(begin, k_line_reach), run.piece.end});
  const auto decode_groups_of = &letters_ == &k_hex_alphabet
                                    ? decode_groups<k_hex_alphabet>
                                    : decode_groups<k_base64_alphabet>;
  const std::size_t before = out.size();
  out.resize(before + run.piece.end - begin);
  char* to = out.data() + before;
  std::uint32_t bits = 0;
  unsigned size = 0;
  for (std::size_t at = begin; line && at < run.piece.end;) {
    const std::size_t end = std::min(line->last, run.piece.end);
    while (at < end) {
      if (size == 0) at += decode_groups_of(text.substr(at, end - at), to);
      const std::size_t letter = at < end ? lines.letter_size(at) : 0;
      if (letter == 0) break;
      at += letter;
      bits = bits << letters_.bits | lines.value_of(text[at - 1]);
      size += letters_.bits;
      if (size < 8) continue;
      size -= 8;
      *to++ = static_cast<char>(bits >> size & 0xff);
    }
    line = lines.next(*line);
    if (line) at = line->first;
    // The next line may be no part of the run, and a UUID needs an end.
    if (line && ends_with_uuid({out.data() + before, to})) *to++ = '\n';
  }
  out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace

std::unique_ptr<const decoder> make_base64_decoder() {
  return std::make_unique<letters_decoder>(token_encoding::base64,
                                           k_base64_alphabet);
}

std::unique_ptr<const decoder> make_hex_decoder() {
  return std::make_unique<letters_decoder>(token_encoding::hex, k_hex_alphabet);
}

}  // namespace tokensieve
