#pragma once

#include "detectors/decoder.h"
#include "detectors/hs_handles.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tokensieve {

/// What a match of a pattern may be. Behind the last come the triggers of the
/// decoders.
enum class signature : unsigned {
  granular,       ///< `npm_`
  npmrc_name,     ///< `_authToken`, and `..._AUTHTOKEN` in either case
  yarn_name,      ///< `npmAuthToken`
  variable_name,  ///< `NPM_TOKEN`, `NPM_AUTH_TOKEN`, `NODE_AUTH_TOKEN`
  token_create,   ///< `npm token create`
  created_token,  ///< `Created `, as in `Created publish token`
  nexus,          ///< `NpmToken.`
  trigger,        ///< the first of the decoders' patterns
};

/// The compiled pattern sets: immutable once built, shared by all workers,
/// used from any thread. Compiling takes some milliseconds, so build it once
/// a process.
class signatures {
 public:
  /// Throws std::runtime_error where Hyperscan cannot compile for this
  /// processor (start-up is the only place that may throw).
  static std::shared_ptr<const signatures> compile();

  /// Over unescaped text: the fixed text of every signature, with its id.
  [[nodiscard]] const hs_database_t* full() const noexcept {
    return full_.get();
  }

  [[nodiscard]] const std::vector<std::unique_ptr<const decoder>>& decoders()
      const noexcept {
    return decoders_;
  }
  /// Index in `decoders()` of the one that reads what `trigger_finder` finds.
  /// REQUIRES: an encoding that it finds.
  [[nodiscard]] unsigned reader_of(token_encoding found) const noexcept {
    return readers_[static_cast<std::size_t>(found)];
  }
  /// Index in `decoders()` of the decoder whose pattern matched.
  /// REQUIRES: id >= signature::trigger, an id that `full` reported.
  [[nodiscard]] unsigned decoder_of(unsigned id) const noexcept {
    return triggers_[id - static_cast<unsigned>(signature::trigger)];
  }

 private:
  signatures();

  std::vector<std::unique_ptr<const decoder>> decoders_;
  std::vector<unsigned> triggers_;
  std::array<unsigned, static_cast<std::size_t>(token_encoding::terminal) + 1>
      readers_{};
  hs_database_handle full_;
};

}  // namespace tokensieve
