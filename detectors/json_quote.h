#pragma once

#include <cstddef>
#include <string_view>

namespace tokensieve {

/// Is it the first byte of a JSON string that is a document, a member's value
/// or an array's first element? REQUIRES: at <= raw.size()
[[nodiscard]] constexpr bool begins_json_string(std::string_view raw,
                                                std::size_t at) noexcept {
  std::string_view before = raw.substr(0, at);
  if (!before.ends_with('"')) return false;
  before.remove_suffix(1);
  if (before.ends_with(' ')) before.remove_suffix(1);
  return before.empty() || before.ends_with("\":") || before.ends_with('[');
}

}  // namespace tokensieve
