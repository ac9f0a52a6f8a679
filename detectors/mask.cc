#include "detectors/bytes.h"
#include "detectors/known_tokens.h"
#include "detectors/scanner.h"
#include "detectors/token_form.h"

#include <algorithm>

namespace tokensieve {
namespace {

// What is masked is short, and there may be thousands of it in one record.
constexpr std::size_t k_work_base = std::size_t{8} << 10;

struct replacement {
  text_range place;
  std::string display;
};

// The size of a token's value that begins at `at`, by its first bytes; 0 for
// none.
std::size_t size_at(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_first_group = 8;
  if (stands_at(text, at, k_granular_prefix)) return k_granular_size;
  if (stands_at(text, at, k_nexus_prefix))
    return k_nexus_prefix.size() + k_uuid_size;
  return stands_at(text, at + k_first_group, "-") ? k_uuid_size : 0;
}

}  // namespace

void known_tokens::add(const secret& token) {
  by_value_.try_emplace(token.reveal(), &token);
}

const secret* known_tokens::find(std::string_view text, std::size_t at) const {
  const std::size_t size = size_at(text, at);
  if (size == 0) return nullptr;
  const auto found = by_value_.find(text.substr(at, size));
  return found == by_value_.end() ? nullptr : found->second;
}

std::string scanner::mask(std::string_view text, const known_tokens& known) {
  // Masking is not detection: it sees all tokens and counts none.
  rejection_log not_counted;
  std::vector<finding> found;
  const bool complete =
      !may_hold_token(text) ||
      scan_all(text, {.work_base = k_work_base}, token_confidence::low,
               k_max_depth, not_counted, found);
  if (!complete) text = text.substr(0, found.empty() ? 0 : found.back().end);
  std::vector<replacement> replacements;
  replacements.reserve(found.size());
  for (const finding& token : found) {
    replacements.push_back({{token.begin, token.end}, display_of(token.token)});
  }
  for (std::size_t at = 0; at + k_uuid_size <= text.size(); ++at) {
    if (const secret* const token = known.find(text, at))
      replacements.push_back(
          {{at, at + token->reveal().size()}, display_of(*token)});
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
