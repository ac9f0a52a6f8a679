#include "schemas/event_form.h"

#include "schemas/json_text.h"

#include <algorithm>
#include <cstddef>

namespace tokensieve {
namespace {

bool says_json(std::string_view content_type) {
  constexpr std::string_view k_json = "json";
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  return !std::ranges::search(type, k_json, [](char a, char b) {
            return (a | 0x20) == b;
          }).empty();
}

}  // namespace

std::string_view without_byte_order_mark(std::string_view bytes) noexcept {
  constexpr std::string_view k_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(k_mark)) bytes.remove_prefix(k_mark.size());
  return bytes;
}

std::string_view without_schema_id(std::string_view bytes) noexcept {
  constexpr std::size_t k_prefix = 5;
  if (bytes.size() <= k_prefix || bytes[0] != '\0') return {};
  return bytes.substr(k_prefix);
}

std::string_view without_blanks(std::string_view bytes) noexcept {
  const auto* first = std::ranges::find_if_not(bytes, is_json_blank);
  return {first, static_cast<std::size_t>(bytes.end() - first)};
}

bool claims_json(std::string_view content,
                 std::string_view content_type) noexcept {
  if (content.size() >= 2) {
    const char second = content[1];
    if (content[0] == '{' && (second == '"' || second == '}')) return true;
    if (content[0] == '[' &&
        (second == '{' || second == '"' || second == '[')) {
      return true;
    }
  }
  return !content_type.empty() && says_json(content_type);
}

bool may_be_json(std::string_view content) noexcept {
  if (content.empty()) return false;
  if (content[0] == '"') return true;
  if (content[0] != '{' && content[0] != '[') return false;
  const std::string_view inside = without_blanks(content.substr(1));
  if (inside.empty()) return false;
  const char first = inside[0];
  if (content[0] == '{') return first == '"' || first == '}';
  return std::string_view("{[\"]-tfn").contains(first) ||
         (first >= '0' && first <= '9');
}

std::string_view take_line(std::string_view& rest) noexcept {
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!without_blanks(line).empty()) return line;
  }
  return {};
}

}  // namespace tokensieve
