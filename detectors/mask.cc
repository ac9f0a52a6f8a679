#include "detectors/scanner.h"
#include "detectors/token_form.h"

#include <algorithm>

namespace tokensieve {
namespace {

struct replacement {
  text_range place;
  std::string display;
};

void add_occurrences(std::string_view text, const finding& known,
                     std::vector<replacement>& out) {
  const std::string_view value = known.token.reveal();
  for (std::size_t at = text.find(value); at != text.npos;
       at = text.find(value, at + value.size())) {
    out.push_back({{at, at + value.size()}, display_of(known.token)});
  }
}

}  // namespace

std::string scanner::mask(std::string_view text,
                          const std::vector<finding>& known) {
  // Masking is not detection: it sees all tokens and counts none.
  rejection_log not_counted;
  std::vector<finding> found;
  const bool complete = scan_all(text, {}, token_confidence::low, k_max_depth,
                                 not_counted, found);

  if (!complete) text = text.substr(0, found.empty() ? 0 : found.back().end);
  std::vector<replacement> replacements;
  replacements.reserve(found.size());
  for (const finding& token : found) {
    replacements.push_back({{token.begin, token.end}, display_of(token.token)});
  }
  if (text.size() >= k_uuid_size) {  // the smallest token
    for (const finding& token : known)
      add_occurrences(text, token, replacements);
  }
  std::stable_sort(replacements.begin(), replacements.end(),
                   [](const replacement& a, const replacement& b) {
                     return a.place.begin < b.place.begin;
                   });

  std::string masked;
  std::size_t done = 0;
  for (const replacement& next : replacements) {
    if (next.place.begin >= done) {
      masked += text.substr(done, next.place.begin - done);
      masked += next.display;
    }
    done = std::max(done, next.place.end);
  }
  return masked += text.substr(std::min(done, text.size()));
}

}  // namespace tokensieve
