#include "detectors/places.h"

#include <algorithm>

namespace tokensieve {
namespace {

// That of the decoded byte at `at`. REQUIRES: there is one.
std::span<const decoded_place>::iterator place_at(
    std::span<const decoded_place> places, std::size_t at) noexcept {
  return std::ranges::upper_bound(places, at, {}, &decoded_place::decoded) - 1;
}

// Where the decoded byte at `at` stood, which is at `place`.
text_range stood_at(const decoded_place& place, std::size_t at) noexcept {
  if (place.size > 0) return {place.begin, place.begin + place.size};
  const std::size_t begin = place.begin + (at - place.decoded);
  return {begin, begin + 1};
}

}  // namespace

text_range place_of(const encoded_run& run,
                    std::span<const decoded_place> places,
                    text_range decoded) noexcept {
  if (places.empty()) {
    const run_border& border = run.border;
    return {decoded.begin < border.decoded ? run.run.begin : border.begin,
            decoded.end <= border.decoded && border.end != 0 ? border.end
                                                             : run.run.end};
  }
  const auto begin =
      stood_at(*place_at(places, decoded.begin), decoded.begin).begin;
  const decoded_place& last = *place_at(places, decoded.end - 1);
  const bool all_encoded = last.size > 0 && last.stretch <= begin;
  return {all_encoded ? last.stretch : begin,
          stood_at(last, decoded.end - 1).end};
}

bool taken_over_bytes::hold(text_range decoded) noexcept {
  if (places_.empty()) return false;
  while (last_ > 0 && places_[last_].decoded > decoded.begin)
    --last_;
  while (last_ + 1 < places_.size() &&
         places_[last_ + 1].decoded <= decoded.begin) {
    ++last_;
  }
  return places_[last_].size == 0 &&
         (last_ + 1 == places_.size() ||
          places_[last_ + 1].decoded >= decoded.end);
}

rejected_candidate rejected_around(const encoded_run& run,
                                   std::span<const decoded_place> places,
                                   std::size_t size,
                                   const rejected_candidate& inside) noexcept {
  text_range decoded{inside.begin, inside.end};
  if (decoded.begin == decoded.end) {
    decoded.begin = std::min(decoded.begin, size - 1);
    decoded.end = decoded.begin + 1;
  }
  const text_range place = place_of(run, places, decoded);
  return {inside.why, place.begin, place.end};
}

}  // namespace tokensieve
