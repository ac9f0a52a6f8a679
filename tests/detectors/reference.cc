#include "tests/detectors/reference.h"

#include <cctype>
#include <map>
#include <optional>
#include <utility>

namespace tokensieve::reference {
namespace {

const std::string k_alphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool one_of(char c, const std::string& set) {
  return set.find(c) != std::string::npos;
}

bool is_word(char c) {
  return one_of(c, k_alphabet + "_");
}

std::uint32_t crc32_bit_by_bit(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
    }
  }
  return ~crc;
}

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) {
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

bool one_character(std::string_view text) {
  const std::string folded = lower(text);
  return folded == std::string(folded.size(), folded[0]);
}

std::optional<token> granular(std::string_view text, std::size_t at) {
  if (text.substr(at, 4) != "npm_") return std::nullopt;
  const std::string_view body = text.substr(at + 4, 36);
  if (body.size() < 36) return std::nullopt;
  for (const char c : body) {
    if (!one_of(c, k_alphabet)) return std::nullopt;
  }
  const std::string value(text.substr(at, 40));
  if (checksum(body.substr(0, 30)) == body.substr(30)) {
    return token{at, value, "high"};
  }
  const bool word_before = at > 0 && is_word(text[at - 1]);
  const bool word_behind = at + 40 < text.size() && is_word(text[at + 40]);
  if (word_before || word_behind || one_character(body)) return std::nullopt;
  return token{at, value, "low"};
}

// The 36 characters at `at` if they are a UUID that is no placeholder.
std::optional<std::string> uuid(std::string_view text, std::size_t at) {
  const std::string shape = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
  if (at + shape.size() > text.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::string allowed =
        shape[i] == '-' ? "-" : "0123456789abcdefABCDEF";
    if (!one_of(text[at + i], allowed)) return std::nullopt;
  }
  if (at + 36 < text.size() && is_word(text[at + 36])) {
    // No text: the tag of protobuf's next field, and a number.
    bool binary = false;
    for (const char c : text.substr(at + 36, 9)) {
      binary |= c >= 0 && c < ' ' && !one_of(c, "\n\r\t\x1b");
    }
    if (!binary) return std::nullopt;
  }
  const std::string value(text.substr(at, 36));
  const bool repeats =
      one_character(value.substr(0, 8)) && one_character(value.substr(9, 4)) &&
      one_character(value.substr(15, 3)) &&
      one_character(value.substr(20, 3)) && one_character(value.substr(24, 12));
  if (repeats) return std::nullopt;
  return value;
}

// The size of the separator at `at`, 0 for none.
std::size_t separator(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  for (const std::string_view plain :
       {" ", "\t", "=>", "=", ":-", ":", "\"", "'", "`", "\\\"", "\\'", "\\`",
        "\\\\\"", "\\\\\\\"", "{\"value\"", "{ \"value\"", "{\\\"value\\\""}) {
    if (rest.starts_with(plain)) return plain.size();
  }
  if (rest[0] == ']' && one_of(text[at - 1], "\"'`")) {
    const auto sign = rest.find_first_not_of(" \t", 1);
    return sign != rest.npos && rest[sign] == '=' ? sign : 0;
  }
  if (rest[0] == '>') {
    std::size_t name = at;
    while (name > 0 && is_word(text[name - 1]))
      --name;
    return name < at && name > 0 && text[name - 1] == '<' ? 1 : 0;
  }
  if (!rest.starts_with("\x1b[")) return 0;
  for (std::size_t size = 2; size < rest.size() && size < 20; ++size) {
    if (one_of(rest[size], "mK")) return size + 1;
    if (!one_of(rest[size], "0123456789;")) return 0;
  }
  return 0;
}

// The size of what leads to the key `value` beside a name that is a value
// itself, over a comma or a line end; 0 for none.
std::size_t sibling(std::string_view text, std::size_t at) {
  std::string_view rest = text.substr(at);
  const auto drop_any = [&](const std::string& set) {
    while (!rest.empty() && one_of(rest[0], set))
      rest.remove_prefix(1);
  };
  const auto drop = [&](std::string_view word) {
    const bool there = rest.starts_with(word);
    if (there) rest.remove_prefix(word.size());
    return there;
  };
  const auto drop_quote = [&] {
    const auto quote = rest.find_first_not_of('\\');
    if (quote != rest.npos && one_of(rest[quote], "\"'`"))
      rest.remove_prefix(quote + 1);
  };
  const bool apart = one_of(text[at], ",\r\n") || one_of(text[at - 1], " \t");
  if (!apart) return 0;
  drop(",");
  drop_any(" \t");
  drop("\r");
  drop("\n");
  drop_any(" \t");
  drop_quote();
  if (!drop("value") && !drop("Value")) return 0;
  drop_quote();
  drop_any(" \t");
  return drop(":") || drop("=") ? text.size() - at - rest.size() : 0;
}

// The legacy token behind a name that ends in front of `at`.
std::optional<token> value_behind(std::string_view text, std::size_t at,
                                  const std::string& confidence) {
  const std::size_t name_end = at;
  bool assigned = false;
  while (at < text.size()) {
    std::size_t size = separator(text, at);
    if (size == 0 && !assigned) size = sibling(text, at);
    if (size == 0) break;
    assigned = assigned || one_of(text[at], "=:,\n");
    at += size;
  }
  if (at == name_end) return std::nullopt;
  const auto found = uuid(text, at);
  if (!found) return std::nullopt;
  return token{at, *found, confidence};
}

// The quoted string that follows a quoted name in a list.
std::optional<token> argument_behind(std::string_view text, std::size_t at) {
  const auto skip = [&](const std::string& set) {
    while (at < text.size() && one_of(text[at], set))
      ++at;
  };
  const auto quote = [&] {
    skip("\\");
    const bool there = at < text.size() && one_of(text[at], "\"'`");
    ++at;
    return there;
  };
  if (!quote()) return std::nullopt;
  skip(" \t");
  if (at == text.size() || text[at] != ',') return std::nullopt;
  ++at;
  skip(" \t\r\n");
  if (!quote()) return std::nullopt;
  const auto found = uuid(text, at);
  if (!found) return std::nullopt;
  return token{at, *found, "high"};
}

std::optional<token> legacy(std::string_view text, std::size_t at) {
  static const std::vector<std::pair<std::string, std::string>> k_names = {
      {"_authtoken", "high"},
      {"npm_token", "medium"},
      {"npm_auth_token", "medium"},
      {"node_auth_token", "medium"}};
  if (!one_of(text[at], "_nN")) return std::nullopt;
  for (const auto& [name, confidence] : k_names) {
    if (lower(text.substr(at, name.size())) != name) continue;
    const std::size_t end = at + name.size();
    const auto found = value_behind(text, end, confidence);
    const bool setting = name == "_authtoken" && at > 0 && text[at - 1] == ':';
    return found || !setting ? found : argument_behind(text, end);
  }
  if (text.substr(at, 12) == "npmAuthToken") {
    return value_behind(text, at + 12, "high");
  }
  if (text.substr(at, 9) == "NpmToken.") {
    const auto found = uuid(text, at + 9);
    if (found) return token{at, "NpmToken." + *found, "high"};
  }
  return std::nullopt;
}

}  // namespace

std::string checksum(std::string_view body) {
  std::uint32_t crc = crc32_bit_by_bit(body);
  std::string digits;
  for (int i = 0; i < 6; ++i) {
    digits = k_alphabet[crc % 62] + digits;
    crc /= 62;
  }
  return digits;
}

std::vector<token> find_tokens(std::string_view text) {
  std::map<std::size_t, token> found;  // by place
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const auto& candidate : {granular(text, at), legacy(text, at)}) {
      if (!candidate) continue;
      const auto [place, added] =
          found.try_emplace(candidate->begin, *candidate);
      if (!added && candidate->confidence == "high") place->second = *candidate;
    }
  }
  std::vector<token> tokens;
  for (auto& [place, token] : found)
    tokens.push_back(std::move(token));
  return tokens;
}

}  // namespace tokensieve::reference
