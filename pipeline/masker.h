#pragma once

#include "detectors/scanner.h"
#include "schemas/request.h"

#include <vector>

namespace tokensieve {

/// Replaces each token in the strings that describe `tokens`: none of them may
/// show one. `with` finds them; the values of `tokens` themselves are replaced
/// wherever they stand.
void mask_strings(scanner& with, std::vector<leaked_token>& tokens);

}  // namespace tokensieve
