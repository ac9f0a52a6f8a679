#include "pipeline/seam_scanner.h"

#include "pipeline/token_part.h"
#include "schemas/json_text.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

// What a join may cost beside what its size pays for. It is small, and so is
// a token in several encodings.
constexpr std::size_t k_work_base = std::size_t{64} << 10;
// What each token adds that the records are known to hold: it is met again.
constexpr std::size_t k_known_work = std::size_t{8} << 10;

/// Those of a record's findings that stand in one of its strings.
std::vector<const finding*> findings_in(const log_field& field,
                                        std::span<const leaked_token> all) {
  std::vector<const finding*> found;
  if (all.empty()) return found;
  const std::string pointer = field.pointer();
  for (const leaked_token& one : all) {
    if (one.where.field == pointer && one.where.index == index_of(field))
      found.push_back(&one.found);
  }
  return found;
}

}  // namespace

seam_scanner::seam_scanner(std::shared_ptr<const signatures> patterns,
                           token_confidence min_confidence, std::size_t depth)
    : scanner_(std::move(patterns), min_confidence, depth) {}

void seam_scanner::scan(const log_segments& left, const log_segments& right,
                        bool lines,
                        const std::vector<std::span<const leaked_token>>& own,
                        std::vector<seam_token>& out) {
  pieces_.clear();
  unescape(left);
  unescape(right);
  own_.clear();
  for (std::size_t i = 0; i < own.size(); ++i)
    own_.push_back(findings_in(right[i].field, own[i]));
  const std::size_t first = out.size();
  if (lines) {
    join(left.size(), "\n");
    scan_joined(lines, "\n", out);
    // The same letters would be decoded once more.
    if (scanner_.was_one_run()) return;
  }
  join(left.size(), "");
  std::vector<seam_token> glued;
  scan_joined(lines, "", glued);
  for (seam_token& token : glued) {
    const auto begin = out.begin() + static_cast<std::ptrdiff_t>(first);
    const auto known =
        std::find_if(begin, out.end(), [&](const seam_token& other) {
          return other.token.found.fingerprint == token.token.found.fingerprint;
        });
    if (known == out.end()) {
      out.push_back(std::move(token));
    } else if (!says_all(known->token.found, token.token.found)) {
      *known = std::move(token);
    }
  }
}

void seam_scanner::unescape(const log_segments& segments) {
  std::string scratch;
  for (const log_segment& segment : segments) {
    const std::string_view text = segment.escaped
                                      ? unescape_json(segment.raw, scratch).text
                                      : segment.raw;
    pieces_.push_back({&segment, std::string(text)});
  }
}

void seam_scanner::join(std::size_t left, std::string_view separator) {
  joined_.text.clear();
  joined_.begins.clear();
  joined_.left = left;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (i != 0) joined_.text += separator;
    if (i == left) joined_.cut = joined_.text.size();
    joined_.begins.push_back(joined_.text.size());
    joined_.text += pieces_[i].text;
  }
  told_.clear();
  for (std::size_t i = 0; i < own_.size(); ++i) {
    const std::size_t begin = joined_.begins[left + i];
    for (const finding* const one : own_[i]) {
      if (!one->encodings.empty()) continue;
      told_.push_back(
          {{begin + one->begin, begin + one->end}, one->confidence});
    }
  }
  std::ranges::sort(told_, {},
                    [](const told_token& one) { return one.place.begin; });
}

std::vector<finding> seam_scanner::scan_part(std::string_view part,
                                             scan_options options) {
  options.work_base = k_work_base;
  for (const auto& known : own_)
    options.work_base += k_known_work * known.size();
  std::vector<finding> found;
  // What a bound leaves out is found by the records themselves.
  static_cast<void>(scanner_.scan(part, options, found));
  return found;
}

void seam_scanner::scan_joined(bool lines, std::string_view separator,
                               std::vector<seam_token>& out) {
  const bool glued = lines && separator.empty();
  std::vector<finding> found =
      scan_part(joined_.text, {.known_to = joined_.cut, .told = &told_});
  std::erase_if(found, [&](const finding& one) {
    if (one.end <= joined_.cut) return true;
    if (one.checksum == token_checksum::valid) return false;
    // Without a checksum nothing says that two lines, or a text of which no
    // more is known, make a token.
    return glued ||
           (pieces_.back().segment->cut && one.end == joined_.text.size());
  });
  if (found.empty()) return;

  const std::string_view text = joined_.text;
  std::vector<finding> before;
  const auto begins_left = [&](const finding& one) {
    return one.begin < joined_.cut;
  };
  if (std::ranges::any_of(found, begins_left))
    before = scan_part(text.substr(0, joined_.cut));
  alone_.reset();
  std::optional<std::vector<token_hazard>> hazards;
  const bool fresh = !own_.empty();
  for (finding& whole : found) {
    const auto left = std::ranges::find_if(before, [&](const finding& part) {
      return is_part_of(part, 0, whole);
    });
    if (left != before.end() && says_all(*left, whole)) continue;
    const auto shown = fresh ? find_own(whole) : find_alone(whole);
    // Lines glued together say nothing new of where a run begins.
    if (shown && says_all(*shown->found, whole) &&
        (glued || !fresh || shown->begin <= whole.begin)) {
      continue;
    }
    if (!hazards) scanner_.find_hazards(text, hazards.emplace());
    seam_token made{
        .token = {std::move(whole), {}, *hazards}, .origin = {}, .seen_in = {}};
    const finding& token = made.token.found;
    made.completed_by = piece_at(token.end - 1) - joined_.left;
    if (shown) {
      made.completed_by = piece_at(shown->begin) - joined_.left;
      made.seen_in =
          place(shown->begin, made.seen_line, made.seen_column).field;
    }
    std::uint64_t line = 0;
    std::uint64_t column = 0;
    const log_segment& segment = place(token.begin, line, column);
    made.token.where = describe(segment, reader_);
    made.token.where.line = line;
    made.token.where.column = column;
    made.origin = origin_of(segment.from);
    enclose(segment.from.compression, made.token.found);
    out.push_back(std::move(made));
  }
}

std::optional<seam_scanner::shown_token> seam_scanner::find_own(
    const finding& whole) const {
  for (std::size_t i = std::max(piece_at(whole.begin), joined_.left);
       i < pieces_.size() && joined_.begins[i] < whole.end; ++i) {
    const std::size_t begin = joined_.begins[i];
    for (const finding* const one : own_[i - joined_.left]) {
      if (is_part_of(*one, begin, whole))
        return shown_token{one, begin + one->begin};
    }
  }
  return {};
}

std::optional<seam_scanner::shown_token> seam_scanner::find_alone(
    const finding& whole) {
  const std::size_t begin = joined_.begins[joined_.left];
  if (!alone_) alone_ = scan_part(std::string_view(joined_.text).substr(begin));
  const auto found = std::ranges::find_if(*alone_, [&](const finding& one) {
    return is_part_of(one, begin, whole);
  });
  if (found == alone_->end()) return {};
  return shown_token{&*found, begin + found->begin};
}

std::size_t seam_scanner::piece_at(std::size_t offset) const {
  const auto behind = std::ranges::upper_bound(joined_.begins, offset);
  return static_cast<std::size_t>(behind - joined_.begins.begin()) - 1;
}

const log_segment& seam_scanner::place(std::size_t offset, std::uint64_t& line,
                                       std::uint64_t& column) const {
  const std::size_t number = piece_at(offset);
  const std::string_view before =
      std::string_view(pieces_[number].text)
          .substr(0, offset - joined_.begins[number]);
  const log_segment& segment = *pieces_[number].segment;
  line = segment.line +
         static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
  const std::size_t last = before.rfind('\n');
  column = last == before.npos ? segment.column + before.size()
                               : before.size() - last;
  return segment;
}

}  // namespace tokensieve
