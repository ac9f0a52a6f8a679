#pragma once

#include "detectors/work_budget.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tokensieve {

// Where a token is valid, as the text next to it says. Called for findings
// only, never for candidates: looking backwards from a hit is what keeps the
// pattern set fast.

/// `text` as a string's notation means it: JSON writers may write a slash as
/// `\/`, and a log line in a string has its colours, and a file its line ends,
/// as escapes. Once or more: each string that holds a string doubles them.
[[nodiscard]] std::string without_escapes(std::string_view text);

/// `host[:port]/path/` of `url` (`//host/path`, any scheme in front, slashes
/// escaped or not), without user information; empty where it is none, as with
/// `${REGISTRY}`.
[[nodiscard]] std::string registry_of_url(std::string_view url);

/// The registry of an .npmrc key, `//host/path/:_authToken`, whose
/// `_authToken` stands at `name`; empty where none is written. Looks at 2 KiB
/// of the line at most; spends what that takes.
[[nodiscard]] std::string npmrc_registry(std::string_view text,
                                         std::size_t name, work_budget& work);

/// The registry of yarn's `npmAuthToken` at `name`: the key of `npmRegistries`
/// that it stands below, or `npmRegistryServer` in the same mapping. `patch`:
/// the first byte of each line is a sign. Looks at 64 lines and 4 KiB on
/// either side at most; spends what it looks at.
[[nodiscard]] std::string yarn_registry(std::string_view text, std::size_t name,
                                        bool patch, work_budget& work);

}  // namespace tokensieve
