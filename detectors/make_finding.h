#pragma once

#include "detectors/candidate.h"
#include "detectors/finding.h"
#include "detectors/work_budget.h"

#include <string>
#include <string_view>

namespace tokensieve {

// What becomes of a candidate once Hyperscan has returned: here is allocated.

/// Must it be decoded? Only a UUID behind a name in clear is, in one layer.
[[nodiscard]] bool is_encoded(const candidate& found) noexcept;

/// The registry that stands next to it in `text`, as its context has it.
[[nodiscard]] std::string registry_of(std::string_view text, bool patch,
                                      const candidate& found,
                                      work_budget& work);

/// `known` is its fingerprint, if anybody knows it.
[[nodiscard]] finding make_finding(std::string_view text,
                                   const candidate& found, std::string registry,
                                   const token_fingerprint* known);

}  // namespace tokensieve
