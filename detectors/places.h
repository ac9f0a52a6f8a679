#pragma once

#include "detectors/decoder.h"
#include "detectors/rejection_log.h"

#include <cstddef>
#include <span>

namespace tokensieve {

/// Where bytes [begin, end) of what was decoded stand: where the run does or,
/// for an encoding that leaves bytes as they are, where they do. All of them
/// encoded, they are of a run that may begin in front of them. Any thread.
[[nodiscard]] text_range place_of(const encoded_run& run,
                                  std::span<const decoded_place> places,
                                  text_range decoded) noexcept;

/// Were all of `decoded` taken over from one stretch of the text around them?
/// What of it lies behind the end is not asked about.
[[nodiscard]] bool are_taken_over(std::span<const decoded_place> places,
                                  text_range decoded) noexcept;

/// Where a candidate that was rejected in the `size` bytes that `run` holds
/// stands. It may be an empty place at the end. REQUIRES: size > 0.
[[nodiscard]] rejected_candidate rejected_around(
    const encoded_run& run, std::span<const decoded_place> places,
    std::size_t size, const rejected_candidate& inside) noexcept;

}  // namespace tokensieve
