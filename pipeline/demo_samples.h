#pragma once

#include <cstdint>
#include <string>

namespace tokensieve {

/// An event of the demonstration, made up.
struct demo_event {
  bool commit;  ///< else a build log
  std::string key;
  std::string value;
};

/// Event `number` of an endless stream, the same each time: build logs and
/// commits as they look all day, and now and then one with a synthetic token.
[[nodiscard]] demo_event make_demo_event(std::uint64_t number);

}  // namespace tokensieve
