#include "pipeline/seam_scanner.h"

#include "schemas/json_text.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

/// Is it the token `whole`, seen in a text that begins at `offset`?
bool is_part_of(const finding& part, std::size_t offset, const finding& whole) {
  return part.fingerprint == whole.fingerprint &&
         part.begin + offset < whole.end && whole.begin < part.end + offset;
}

/// Does `part`, seen from one side of the cut alone, say all of `whole`?
bool says_all(const finding& part, const finding& whole) {
  return (whole.registry.empty() || part.registry == whole.registry) &&
         part.confidence >= whole.confidence;
}

}  // namespace

seam_scanner::seam_scanner(std::shared_ptr<const signatures> patterns,
                           token_confidence min_confidence, std::size_t depth)
    : scanner_(std::move(patterns), min_confidence, depth) {}

void seam_scanner::scan(const log_segments& left, const log_segments& right,
                        bool lines, bool fresh, std::vector<seam_token>& out) {
  pieces_.clear();
  unescape(left);
  unescape(right);
  const std::size_t first = out.size();
  if (lines) {
    join(left.size(), "\n");
    scan_joined(lines, fresh, "\n", out);
  }
  join(left.size(), "");
  std::vector<seam_token> glued;
  scan_joined(lines, fresh, "", glued);
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
}

std::vector<finding> seam_scanner::scan_part(std::string_view part) {
  std::vector<finding> found;
  // What a bound leaves out is found by the records themselves.
  static_cast<void>(scanner_.scan(part, {}, found));
  return found;
}

void seam_scanner::scan_joined(bool lines, bool fresh,
                               std::string_view separator,
                               std::vector<seam_token>& out) {
  std::vector<finding> found = scan_part(joined_.text);
  std::erase_if(found, [&](const finding& one) {
    if (one.end <= joined_.cut) return true;  // known before
    if (one.checksum == token_checksum::valid) return false;
    // Without a checksum nothing says that two lines, or a text of which no
    // more is known, make a token.
    return (lines && separator.empty()) ||
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
  // Each chunk alone, or all that is known to the right.
  parts_.clear();
  for (std::size_t i = joined_.left;
       i < (fresh ? pieces_.size() : joined_.left + 1); ++i)
    parts_.push_back({.begin = joined_.begins[i], .found = {}});
  std::vector<token_hazard> hazards;
  scanner_.find_hazards(text, hazards);
  for (finding& one : found) {
    seam_token made{
        .token = {std::move(one), {}, hazards}, .origin = {}, .seen_in = {}};
    const finding& whole = made.token.found;
    const auto left = std::ranges::find_if(before, [&](const finding& part) {
      return is_part_of(part, 0, whole);
    });
    if (left != before.end() && says_all(*left, whole)) continue;
    made.completed_by = piece_at(whole.end - 1) - joined_.left;
    const finding* shown = nullptr;
    if (const lone_part* part = find_alone(whole, shown)) {
      const std::size_t begin = shown->begin + part->begin;
      if (says_all(*shown, whole) && !(fresh && whole.begin < begin)) continue;
      made.completed_by = piece_at(begin) - joined_.left;
      made.seen_in = place(begin, made.seen_line, made.seen_column).field;
    }
    std::uint64_t line = 0;
    std::uint64_t column = 0;
    const log_segment& segment = place(whole.begin, line, column);
    made.token.where = describe(segment, reader_);
    made.token.where.line = line;
    made.token.where.column = column;
    made.origin = origin_of(segment.from);
    enclose(segment.from.compression, made.token.found);
    out.push_back(std::move(made));
  }
}

const seam_scanner::lone_part* seam_scanner::find_alone(const finding& whole,
                                                        const finding*& shown) {
  auto part =
      std::ranges::upper_bound(parts_, whole.begin, {}, &lone_part::begin);
  if (part != parts_.begin()) --part;
  for (; part != parts_.end() && part->begin < whole.end; ++part) {
    if (!part->scanned) {
      const auto next = std::next(part);
      const std::size_t end =
          next == parts_.end() ? joined_.text.size() : next->begin;
      part->found = scan_part(std::string_view(joined_.text)
                                  .substr(part->begin, end - part->begin));
      part->scanned = true;
    }
    const auto found =
        std::ranges::find_if(part->found, [&](const finding& one) {
          return is_part_of(one, part->begin, whole);
        });
    if (found == part->found.end()) continue;
    shown = &*found;
    return &*part;
  }
  return nullptr;
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
