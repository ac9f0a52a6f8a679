#include "pipeline/seam_scanner.h"

#include "schemas/json_text.h"

#include <algorithm>
#include <utility>

namespace tokensieve {
namespace {

bool overlap(const finding& a, std::size_t a_offset, const finding& b) {
  return a.begin + a_offset < b.end && b.begin < a.end + a_offset;
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
  const auto before = scan_part(text.substr(0, joined_.cut));
  const auto behind = scan_part(text.substr(joined_.cut));
  std::vector<token_hazard> hazards;
  scanner_.find_hazards(text, hazards);
  for (finding& one : found) {
    seam_token made{
        .token = {std::move(one), {}, hazards}, .origin = {}, .seen_in = {}};
    const finding& whole = made.token.found;
    const auto same = [&](std::size_t offset) {
      return [&, offset](const finding& part) {
        return part.fingerprint == whole.fingerprint &&
               overlap(part, offset, whole);
      };
    };
    const auto left = std::ranges::find_if(before, same(0));
    if (left != before.end() && says_all(*left, whole)) continue;
    const auto right = std::ranges::find_if(behind, same(joined_.cut));
    if (right != behind.end()) {
      const bool earlier = whole.begin < right->begin + joined_.cut;
      if (says_all(*right, whole) && !(fresh && earlier)) continue;
      made.seen_in =
          place(right->begin + joined_.cut, made.seen_line, made.seen_column)
              .field;
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

const log_segment& seam_scanner::place(std::size_t offset, std::uint64_t& line,
                                       std::uint64_t& column) const {
  const auto behind = std::ranges::upper_bound(joined_.begins, offset);
  const auto number =
      static_cast<std::size_t>(behind - joined_.begins.begin()) - 1;
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
