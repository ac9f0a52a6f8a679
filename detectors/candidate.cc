#include "detectors/candidate.h"

#include "detectors/encoded_uuid.h"
#include "detectors/separators.h"
#include "detectors/token_form.h"

#include <algorithm>

namespace tokensieve {
namespace {

constexpr std::string_view k_npmrc_name = "_authToken";
constexpr std::string_view k_yarn_name = "npmAuthToken";

// How far behind `npm token create` its output may stand: a password prompt
// and some lines of progress.
constexpr std::size_t k_create_window = 1024;

std::optional<candidate> granular_at(
    std::string_view text, std::size_t begin,
    std::optional<rejected_candidate>& rejected) noexcept {
  if (!is_granular_form(text, begin)) return std::nullopt;
  const std::string_view token = text.substr(begin, k_granular_size);
  const text_range place{begin, begin + k_granular_size};
  if (has_valid_checksum(token)) {
    return candidate{place, token_format::npm, token_checksum::valid,
                     token_confidence::high};
  }
  if (is_granular_placeholder(token)) {
    rejected = {rejection::placeholder, place.begin, place.end};
    return std::nullopt;
  }
  if (!is_delimited(text, place.begin, place.end)) {
    rejected = {rejection::bad_checksum, place.begin, place.end};
    return std::nullopt;
  }
  return candidate{place, token_format::npm, token_checksum::invalid,
                   token_confidence::low};
}

// `NpmToken.` and a UUID, or a UUID alone.
std::optional<candidate> legacy_at(std::string_view text, std::size_t begin,
                                   token_confidence confidence,
                                   std::optional<rejected_candidate>& rejected,
                                   rejection otherwise) noexcept {
  const bool nexus = stands_at(text, begin, k_nexus_prefix);
  const std::size_t uuid = nexus ? begin + k_nexus_prefix.size() : begin;
  if (!is_uuid_form(text, uuid)) {
    rejected = {otherwise, begin, begin};
    return std::nullopt;
  }
  const text_range place{begin, uuid + k_uuid_size};
  if (is_uuid_placeholder(text.substr(uuid, k_uuid_size))) {
    rejected = {rejection::placeholder, place.begin, place.end};
    return std::nullopt;
  }
  return candidate{place, nexus ? token_format::nexus : token_format::uuid,
                   token_checksum::none,
                   nexus ? token_confidence::high : confidence};
}

std::optional<candidate> value_at(
    std::string_view text, std::size_t value, token_confidence confidence,
    std::optional<rejected_candidate>& rejected) noexcept {
  if (is_granular_form(text, value)) {
    // Its own signature reports it; what it lacks is the context.
    std::optional<rejected_candidate> its_own;
    return granular_at(text, value, its_own);
  }
  if (encoded_uuid_at(text, value)) {
    return candidate{{value, value + k_encoded_uuid_size},
                     token_format::uuid,
                     token_checksum::none,
                     confidence};
  }
  return legacy_at(text, value, confidence, rejected, rejection::no_context);
}

// The value of the name that ends at `end`.
std::optional<candidate> value_of(
    std::string_view text, std::size_t end, token_confidence confidence,
    std::optional<rejected_candidate>& rejected) noexcept {
  const std::size_t value = skip_separators(text, end);
  if (value == end) {
    rejected = {rejection::no_context, end, end};
    return std::nullopt;
  }
  return value_at(text, value, confidence, rejected);
}

std::optional<candidate> value_with_registry(
    std::string_view text, std::size_t end, token_context context,
    std::size_t name_size,
    std::optional<rejected_candidate>& rejected) noexcept {
  const std::size_t name = end - name_size;
  auto found = value_of(text, end, token_confidence::high, rejected);
  if (!found && context == token_context::npmrc && ends_at(text, name, ":")) {
    // `["npm", "config", "set", "//host/:_authToken", "..."]`
    const std::size_t argument = skip_to_argument(text, end);
    std::optional<rejected_candidate> other;
    if (argument != end)
      found = value_at(text, argument, token_confidence::high, other);
  }
  if (found) {
    rejected.reset();
    found->context = context;
    found->name = name;
  }
  return found;
}

// Is the name a string of JSON, and the last of its object? Its value may stand
// in front of it.
bool ends_object(std::string_view raw, std::size_t name_end) noexcept {
  if (!stands_at(raw, name_end, "\"")) return false;
  const std::size_t end = raw.find_first_not_of(" \t\r\n", name_end + 1);
  return end != raw.npos && raw[end] == '}';
}

// The output of `npm token create` in all its forms has the value behind the
// word `token`: a sentence, a table, JSON, or tab-separated.
std::optional<candidate> created_at(
    std::string_view text, std::size_t end,
    std::optional<rejected_candidate>& rejected) noexcept {
  constexpr std::string_view k_label = "token";
  const std::string_view window =
      text.substr(0, std::min(text.size(), end + k_create_window));
  for (std::size_t label = window.find(k_label, end); label != window.npos;
       label = window.find(k_label, label + 1)) {
    const std::size_t behind = label + k_label.size();
    if (stands_at(window, behind, " create")) break;
    if (is_word(window[label - 1])) continue;
    const std::size_t value = skip_separators(text, behind, true);
    if (value == behind || !is_uuid_form(text, value)) continue;
    return legacy_at(text, value, token_confidence::high, rejected,
                     rejection::no_context);
  }
  rejected = {rejection::no_context, end, end};
  return std::nullopt;
}

}  // namespace

std::optional<candidate> verify(
    signature id, std::string_view text, std::size_t end,
    std::optional<rejected_candidate>& rejected) noexcept {
  switch (id) {
    case signature::granular:
      return granular_at(text, end - k_granular_prefix.size(), rejected);
    case signature::npmrc_name:
      return value_with_registry(text, end, token_context::npmrc,
                                 k_npmrc_name.size(), rejected);
    case signature::yarn_name:
      return value_with_registry(text, end, token_context::yarn,
                                 k_yarn_name.size(), rejected);
    case signature::variable_name:
      return value_of(text, end, token_confidence::medium, rejected);
    case signature::created_token: {
      const std::size_t phrase = created_token_end(text, end);
      if (phrase == 0) return std::nullopt;
      return value_of(text, phrase, token_confidence::high, rejected);
    }
    case signature::token_create:
      return created_at(text, end, rejected);
    case signature::nexus:
      return legacy_at(text, end - k_nexus_prefix.size(),
                       token_confidence::high, rejected, rejection::no_context);
    case signature::trigger:
      break;
  }
  return std::nullopt;
}

bool may_be_granular(std::string_view raw, std::size_t end) noexcept {
  // The 31st character of a valid body is a digit: names like `npm_config_` end
  // before one. So a body of small letters is none, or one of low confidence.
  // An encoded character may follow, or what may be folded into a token.
  constexpr std::size_t k_first_of_checksum = 31;
  static constexpr byte_set k_encoded("\\%&=\x1b\r\n");
  const std::string_view body = raw.substr(end, k_granular_body_size);
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (is_lower(body[i])) continue;
    return i < k_first_of_checksum && (is_upper(body[i]) || is_digit(body[i]) ||
                                       k_encoded.contains(body[i]));
  }
  return body.size() == k_granular_body_size;
}

std::size_t created_token_end(std::string_view text, std::size_t end) noexcept {
  const auto skip_colours = [&text](std::size_t at) {
    for (int codes = 0; codes < 2; ++codes) {
      std::size_t code = at;
      if (stands_at(text, at, "\x1b[")) {
        code += 2;
      } else if (stands_at(text, at, "\\u001b[") ||
                 stands_at(text, at, "\\u001B[")) {
        code += 7;
      } else {
        break;
      }
      const std::size_t limit = std::min(text.size(), code + 16);
      while (code < limit && (is_digit(text[code]) || text[code] == ';'))
        ++code;
      if (!stands_at(text, code, "m")) break;
      at = code + 1;
    }
    return at;
  };
  const std::size_t kind = skip_colours(end);
  for (const std::string_view word : {"publish", "read only"}) {
    if (!stands_at(text, kind, word)) continue;
    const std::size_t behind = skip_colours(kind + word.size());
    constexpr std::string_view k_token = " token";
    return stands_at(text, behind, k_token) ? behind + k_token.size() : 0;
  }
  return 0;
}

bool may_have_value(std::string_view raw, std::size_t end) noexcept {
  static constexpr byte_set k_separators(" \t=:>\"'`\\");
  if (ends_object(raw, end)) return true;
  while (end < raw.size() && k_separators.contains(raw[end]))
    ++end;
  // At the end of what is known, a value may follow in the next chunk.
  if (end == raw.size() || is_hex(raw[end]) || may_be_encoded_uuid(raw, end))
    return true;
  if (raw[end] == '-') return stands_at(raw, end - 1, ":-");
  if (raw[end] == '%') return end + 1 < raw.size() && is_hex(raw[end + 1]);
  if (raw[end] == '&')
    return end + 1 < raw.size() && raw[end + 1] != '&' &&
           !is_blank(raw[end + 1]);
  // A tab or any other byte in the notation of a string.
  if (raw[end - 1] == '\\') {
    static constexpr byte_set k_escapes("tuUx");
    const bool soft_break = raw[end - 2] == '=';
    return k_escapes.contains(raw[end]) ||
           (soft_break && (raw[end] == 'n' || raw[end] == 'r')) ||
           may_be_value_key(raw, end);
  }
  if (raw[end] == ']') {
    const std::size_t sign = raw.find_first_not_of(" \t", end + 1);
    return is_quote(raw[end - 1]) && sign != raw.npos &&
           (raw[sign] == '=' || raw[sign] == '\\');
  }
  if (raw[end] == ',' || raw[end] == '\n') {
    const bool soft_break = raw[end] == '\n' && raw[end - 1] == '=';
    return soft_break || may_be_value_key(raw, end);
  }
  if (is_blank(raw[end - 1]) && to_lower(raw[end]) == 'v')
    return stands_at(raw, end + 1, "alue");
  // `{"value":`, a colour, a soft line break.
  return raw[end] == '{' || raw[end] == '\x1b' || raw[end] == '\r';
}

}  // namespace tokensieve
