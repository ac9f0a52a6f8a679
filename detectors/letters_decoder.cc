#include "detectors/letters_decoder.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

// A run is decoded in pieces, so that it may be of any length. A piece reaches
// back far enough for the key in front of a token.
constexpr std::size_t k_reach_back = 8'192;
constexpr std::size_t k_reach = 65'536;
constexpr std::size_t k_overlap = 4'096;
// How far back `decode` looks for the prefix of the line it begins in.
constexpr std::size_t k_line_reach = 4'096;
constexpr std::size_t k_max_padding = 2;

// Sets `run` to the run that the line is of, and counts what of it stands in
// front of `at`.
void measure_run(std::string_view text, const letter_text& lines,
                 std::size_t at, run_memory& memory) noexcept {
  memory.line = lines.line_at(at, {0, text.size()});
  memory.anchor = at;
  memory.letters = 0;
  memory.run = {};
  if (at < memory.line.first) return;
  memory.letters = lines.count(memory.line.first, at);
  memory.run.begin = memory.line.first;
  for (auto line = lines.previous(memory.line); line;
       line = lines.previous(*line)) {
    memory.letters += lines.count(line->first, line->last);
    memory.run.begin = line->first;
  }
  memory.run.end = memory.line.last;
  for (auto line = lines.next(memory.line); line; line = lines.next(*line)) {
    memory.run.end = line->last;
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
  if (at < memory.line.first) return false;
  if (at < memory.anchor) {
    memory.letters -= lines.count(at, memory.anchor);
  } else {
    memory.letters += lines.count(memory.anchor, at);
  }
  memory.anchor = at;
  return true;
}

std::size_t skip_letters(const letter_text& lines, std::size_t at,
                         std::size_t letters) noexcept {
  for (; letters > 0; --letters)
    at += lines.letter_size(at);
  return at;
}

}  // namespace

void letters_decoder::set_fragments(std::vector<fragment> fragments) {
  std::ranges::sort(fragments);
  const auto rest = std::ranges::unique(fragments);
  fragments.erase(rest.begin(), rest.end());
  fragments_ = std::move(fragments);
}

std::vector<std::string> letters_decoder::text_patterns() const {
  std::vector<std::string> patterns;
  patterns.reserve(fragments_.size());
  for (const fragment& part : fragments_)
    patterns.push_back(part.pattern);
  return patterns;
}

// None of the letters is one that a JSON writer escapes.
std::vector<std::string> letters_decoder::raw_patterns() const {
  return text_patterns();
}

// `lane` is how many letters of the run stand in front of its first group: the
// fragment tells, whatever letters the run begins with.
std::optional<encoded_run> letters_decoder::find_run(
    std::string_view text, bool patch, decoder_trigger trigger,
    run_memory& memory) const noexcept {
  const fragment& part = fragments_[trigger.pattern];
  const std::size_t begin = trigger.end - part.size;
  const letter_text lines(text, letters_, patch);
  const bool same_run =
      begin >= memory.run.begin && trigger.end <= memory.run.end;
  if (!same_run || !move_anchor(lines, begin, memory)) {
    measure_run(text, lines, begin, memory);
  }
  if (memory.run.end < begin + min_tail_) return std::nullopt;

  const std::size_t group = letters_.group;
  encoded_run found{.run = memory.run, .piece = {}, .patch = patch};
  found.lane =
      static_cast<unsigned>((memory.letters + group - part.first) % group);
  if (found.lane > memory.letters) return std::nullopt;
  std::size_t& covered = memory.covered[found.lane];
  if (trigger.end <= covered) return std::nullopt;
  found.piece.begin = begin - memory.run.begin <= k_reach_back
                          ? skip_letters(lines, memory.run.begin, found.lane)
                          : piece_begin(lines, memory, begin, part.first);
  found.piece.end = std::min(memory.run.end, begin + k_reach);
  covered = found.piece.end == memory.run.end ? memory.run.end
                                              : found.piece.end - k_overlap;
  return found;
}

std::size_t letters_decoder::piece_begin(const letter_text& lines,
                                         const run_memory& memory,
                                         std::size_t begin,
                                         unsigned first) const noexcept {
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
    const std::size_t reached = std::max(line.first, begin - k_reach_back);
    letters += lines.count(reached, at);
    at = reached;
  }
  const std::size_t group = letters_.group;
  return skip_letters(lines, at, (letters + group - first) % group);
}

void letters_decoder::decode(std::string_view text, const encoded_run& run,
                             std::string& out,
                             std::vector<decoded_place>&) const {
  const letter_text lines(text, letters_, run.patch);
  const std::size_t begin = run.piece.begin;
  std::optional<letter_line> line = lines.line_at(
      begin, {begin - std::min(begin, k_line_reach), run.piece.end});
  std::uint32_t bits = 0;
  unsigned size = 0;
  for (std::size_t at = begin; line && at < run.piece.end;) {
    const std::size_t end = std::min(line->last, run.piece.end);
    while (at < end) {
      const std::size_t letter = lines.letter_size(at);
      if (letter == 0) break;
      at += letter;
      bits = bits << letters_.bits | lines.value_of(text[at - 1]);
      size += letters_.bits;
      if (size < 8) continue;
      size -= 8;
      out += static_cast<char>(bits >> size & 0xff);
    }
    line = lines.next(*line);
    if (line) at = line->first;
  }
}

}  // namespace tokensieve
