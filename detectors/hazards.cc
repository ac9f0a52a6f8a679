#include "detectors/scanner.h"

#include <algorithm>

namespace tokensieve {
namespace {

struct marker {
  std::string_view text;
  token_hazard hazard;
};

// What worms that wipe the machine on revocation leave behind: the
// description that they give to stolen tokens, and the daemon that watches.
constexpr marker k_markers[] = {
    {"IfYouRevokeThisTokenItWillWipeTheComputerOfTheOwner",
     token_hazard::wipe_on_revoke},
    {"gh-token-monitor", token_hazard::wipe_on_revoke},
};

}  // namespace

void scanner::find_hazards(std::string_view text,
                           std::vector<token_hazard>& out) {
  for (const marker& known : k_markers) {
    if (text.find(known.text) != text.npos &&
        std::find(out.begin(), out.end(), known.hazard) == out.end()) {
      out.push_back(known.hazard);
    }
  }
}

}  // namespace tokensieve
