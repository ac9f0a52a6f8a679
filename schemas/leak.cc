#include "schemas/leak.h"

#include <utility>

namespace tokensieve {

std::string_view to_string(leak_kind value) noexcept {
  switch (value) {
    case leak_kind::build_log:
      return "build_log";
    case leak_kind::commit:
      return "commit";
    case leak_kind::file:
      return "file";
    case leak_kind::other:
      return "other";
  }
  std::unreachable();
}

std::string_view to_string(patch_side value) noexcept {
  switch (value) {
    case patch_side::added:
      return "added";
    case patch_side::removed:
      return "removed";
    case patch_side::context:
      return "context";
  }
  std::unreachable();
}

}  // namespace tokensieve
