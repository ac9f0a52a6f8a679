#include "detectors/raw_signature.h"

#include "detectors/bytes.h"
#include "detectors/candidate.h"
#include "detectors/split_prefix.h"

#include <algorithm>

namespace tokensieve {
namespace {

// In either case.
bool ends_with(std::string_view text, std::string_view lower) noexcept {
  return text.size() >= lower.size() &&
         std::ranges::equal(text.substr(text.size() - lower.size()), lower, {},
                            to_lower);
}

// `Token`, in either case, of which the `o` stands at `at`.
std::size_t token_end(std::string_view raw, std::size_t at) noexcept {
  const std::size_t end = at + 4;
  if (end > raw.size()) return 0;
  const std::string_view name = raw.substr(0, end);
  if (!ends_with(name, "token")) return 0;
  if (name.ends_with("NpmToken") && stands_at(raw, end, ".")) return end + 1;
  if (name.ends_with("npm token")) {
    constexpr std::string_view k_create = " create";
    return stands_at(raw, end, k_create) ? end + k_create.size() : 0;
  }
  return ends_with_token_name(name) && may_have_value(raw, end) ? end : 0;
}

// Of `npm_` the letters in front of `end`, and the beginning of a sequence.
std::size_t interruption_end(std::string_view raw, std::size_t end) noexcept {
  if (stands_at(raw, end, "\x1b") || stands_at(raw, end, "\r")) {
    end += 1;
  } else if (stands_at(raw, end, "\\r")) {
    end += 2;
  } else {
    return 0;
  }
  return prefix_goes_on(raw, end) ? end : 0;
}

}  // namespace

bool ends_with_token_name(std::string_view text) noexcept {
  // Many strings are asked.
  if (text.empty() || to_lower(text.back()) != 'n') return false;
  return ends_with(text, "_authtoken") || ends_with(text, "npm_token") ||
         ends_with(text, "npm_auth_token") ||
         ends_with(text, "node_auth_token") || text.ends_with("npmAuthToken");
}

std::size_t raw_signature_end(std::string_view raw, std::size_t at) noexcept {
  constexpr std::string_view k_created_text = "Created ";
  switch (raw[at]) {
    case 'p': {
      if (at == 0 || raw[at - 1] != 'n' || !stands_at(raw, at, "pm")) return 0;
      if (!stands_at(raw, at + 2, "_")) return interruption_end(raw, at + 2);
      return may_be_granular(raw, at + 3) ? at + 3 : 0;
    }
    case 'n':
      return interruption_end(raw,
                              stands_at(raw, at + 1, "p") ? at + 2 : at + 1);
    case 'o':
    case 'O':
      return token_end(raw, at);
    case 'H':
      return stands_at(raw, at, "H4sI") ? at + 4 : 0;
    case 'K':
      return stands_at(raw, at, "KLUv") ? at + 4 : 0;
    case 'C': {
      if (!stands_at(raw, at, k_created_text)) return 0;
      const std::size_t end = at + k_created_text.size();
      return created_token_end(raw, end) != 0 ? end : 0;
    }
    default:
      return 0;
  }
}

}  // namespace tokensieve
