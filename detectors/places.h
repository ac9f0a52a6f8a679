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

/// The bytes of what was decoded that stand in the text around as they are.
/// Whoever asks does so in about the order of the bytes: it takes the steps
/// from the last place to the next.
class taken_over_bytes {
 public:
  /// `places` must outlive it.
  explicit taken_over_bytes(std::span<const decoded_place> places) noexcept
      : places_(places) {}

  /// Were all of `decoded` taken over from one stretch of the text around them?
  /// What of it lies behind the end is not asked about.
  [[nodiscard]] bool hold(text_range decoded) noexcept;

  /// Of an encoding that leaves bytes as they are?
  [[nodiscard]] bool are_known() const noexcept { return !places_.empty(); }

 private:
  std::span<const decoded_place> places_;
  std::size_t last_ = 0;  ///< that of the byte asked about last
};

/// Where a candidate that was rejected in the `size` bytes that `run` holds
/// stands. It may be an empty place at the end. REQUIRES: size > 0.
[[nodiscard]] rejected_candidate rejected_around(
    const encoded_run& run, std::span<const decoded_place> places,
    std::size_t size, const rejected_candidate& inside) noexcept;

}  // namespace tokensieve
