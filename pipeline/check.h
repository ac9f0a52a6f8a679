#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

enum class check_level : std::uint8_t {
  ok,
  note,  ///< good to know, or could not be told
  warn,  ///< it runs; what to change is said
  fail,  ///< `run` could not do what is asked of it, or keep its promises
};

/// One line of `tokensieve doctor`.
struct check {
  check_level level;
  std::string subject;
  std::string text;  ///< what was found, and what to change

  bool operator==(const check&) const = default;
};
using checks = std::vector<check>;

}  // namespace tokensieve
