#pragma once

#include "detectors/finding.h"

#include <cstddef>
#include <vector>

namespace tokensieve {

/// What decoding shows although it stands there in clear, or two readings of
/// one run show: of those in `all` from `first` on that overlap the one with
/// the fewest encodings stays, else the one that begins first. A registry that
/// only another reading shows is still next to the token. What stays is ordered
/// by its place.
void keep_shortest_readings(std::vector<finding>& all, std::size_t first);

}  // namespace tokensieve
