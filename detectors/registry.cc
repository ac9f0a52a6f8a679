#include "detectors/registry.h"

#include "detectors/bytes.h"
#include "detectors/control_sequence.h"
#include "detectors/units.h"
#include "detectors/wipe.h"

#include <algorithm>

namespace tokensieve {
namespace {

constexpr std::size_t k_max_key = 2048;
// Looks at each byte that a key may be written in, and at all in front of it.
constexpr std::size_t k_key_work = 8;
constexpr std::size_t k_search_work = 256;

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), is_digit);
}

// The size of the host that `authority` begins with, 0 where there is none.
std::size_t host_size(std::string_view authority) noexcept {
  const bool address = authority.starts_with('[');
  const auto in_host = [&](char c) {
    return address ? is_hex(c) || c == ':' || c == '.'
                   : is_word(c) || c == '-' || c == '.';
  };
  const auto* const first = authority.begin() + (address ? 1 : 0);
  const auto* const last = std::find_if_not(first, authority.end(), in_host);
  if (last == first) return 0;
  if (!address) return static_cast<std::size_t>(last - authority.begin());
  if (last == authority.end() || *last != ']') return 0;
  return static_cast<std::size_t>(last - authority.begin()) + 1;
}

bool is_authority(std::string_view authority) noexcept {
  const std::size_t host = host_size(authority);
  if (host == 0) return false;
  const std::string_view rest = authority.substr(host);
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

bool is_path(std::string_view path) noexcept {
  static constexpr byte_set k_never("\"'`<>[]{}$*\\");
  return std::all_of(path.begin(), path.end(), [&](char c) {
    return c > ' ' && c <= '~' && !k_never.contains(c);
  });
}

// Of what stands behind the `//`.
std::string normalized(std::string_view location) {
  const std::size_t slash = std::min(location.find('/'), location.size());
  std::string_view authority = location.substr(0, slash);
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) {
    authority.remove_prefix(at + 1);
  }
  std::string_view path = location.substr(slash);
  while (path.ends_with('/'))
    path.remove_suffix(1);
  if (!is_authority(authority) || !is_path(path)) return {};
  std::string registry(authority);
  registry += path;
  registry += '/';
  return registry;
}

std::string without_control_sequences(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());  // what grows leaves copies behind
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = skip_control_sequence(text, at);
    if (end == at) plain += text[at++];
    at = std::max(at, end);
  }
  return plain;
}

// May `c` stand in the key of an .npmrc?
bool is_key(char c) noexcept {
  static constexpr byte_set k_never("\"'`=,;()<>|");
  return c > ' ' && c <= '~' && !k_never.contains(c);
}

// May `c` stand in a terminal's sequence within a key?
bool is_in_sequence(char c) noexcept {
  return (c >= ' ' && c <= '~') || c == '\x1b' || c == '\x07';
}

std::string_view behind_last_other(std::string_view text,
                                   bool (*is_in)(char) noexcept) noexcept {
  const auto other = std::find_if_not(text.rbegin(), text.rend(), is_in);
  return text.substr(static_cast<std::size_t>(text.rend() - other));
}

// The end of `before` that a key is written in: many bytes only where what no
// key holds may be a sequence's, as it is or escaped.
std::string_view written_key(std::string_view before) noexcept {
  before.remove_prefix(before.size() - std::min(before.size(), k_max_key));
  const std::string_view key = behind_last_other(before, is_key);
  const std::string_view in_front =
      before.substr(0, before.size() - key.size());
  const bool may_go_on = !in_front.empty() && is_in_sequence(in_front.back()) &&
                         (in_front.contains('\x1b') || in_front.contains('\\'));
  return may_go_on ? behind_last_other(before, is_in_sequence) : key;
}

}  // namespace

std::string without_escapes(std::string_view text) {
  std::string plain;
  reserve_wiped(plain, text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      plain += text[at++];
      continue;
    }
    // Where there are many, they are of slashes.
    const bool slash = stands_at(text, at + 1, "/") && !ends_at(text, at, "\\");
    const unit one =
        slash ? unit{2, unit::meaning::character, '/'} : escape_unit(text, at);
    const bool escaped = one.size > 0 && one.code < 0x80;
    plain += escaped ? static_cast<char>(one.code) : text[at];
    at += escaped ? one.size : 1;
  }
  return plain;
}

std::string registry_of_url(std::string_view url) {
  const std::string plain = without_escapes(url);
  const std::size_t slashes = plain.find("//");
  if (slashes == plain.npos) return {};
  return normalized(std::string_view(plain).substr(slashes + 2));
}

std::string npmrc_registry(std::string_view text, std::size_t name,
                           work_budget& work) {
  const std::string_view key_text = written_key(text.substr(0, name));
  work.spend(k_search_work + k_key_work * key_text.size());
  std::string written = without_escapes(key_text);
  const wiped_at_end wipe(written);  // the line may hold another token
  std::string line = without_control_sequences(written);
  const wiped_at_end wipe_line(line);
  std::string_view key = line;
  if (!key.ends_with(':')) return {};
  key.remove_suffix(1);
  const auto stop = std::find_if_not(key.rbegin(), key.rend(), is_key);
  key.remove_prefix(static_cast<std::size_t>(key.rend() - stop));
  while (key.ends_with('/'))
    key.remove_suffix(1);
  const std::size_t slashes = key.rfind("//");
  if (slashes == key.npos) return {};
  return normalized(key.substr(slashes + 2));
}

}  // namespace tokensieve
