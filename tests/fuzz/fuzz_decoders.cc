// Each decoder alone, on any piece of any bytes. The first eight bytes say
// which decoder and which piece.

#include "detectors/decoders.h"
#include "tests/fuzz/checks.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace tokensieve;
  using fuzz::require;
  static const auto all = make_decoders();
  constexpr std::size_t k_head = 8;
  if (size < k_head) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + k_head,
                              size - k_head);
  const auto offset = [&](std::size_t at, std::size_t limit) {
    return (data[at] * std::size_t{256} + data[at + 1]) % (limit + 1);
  };
  encoded_run run;
  run.run.begin = offset(2, text.size());
  run.run.end = run.run.begin + offset(4, text.size() - run.run.begin);
  run.piece.begin = run.run.begin + data[6] % (run.run.end - run.run.begin + 1);
  run.piece.end = run.run.end - data[7] % (run.run.end - run.piece.begin + 1);
  if (run.piece.begin == run.piece.end) return 0;  // no trigger leads there
  run.lane = data[1] % run_memory::k_lanes;
  run.patch = data[1] >= 128;

  const decoder& one = *all[data[0] % all.size()];
  std::string out;
  std::vector<decoded_place> places;
  one.decode(text, run, out, places);
  require(out.size() <= run.piece.end - run.piece.begin);
  std::size_t decoded = 0;
  for (const decoded_place& place : places) {
    require(place.decoded >= decoded && place.decoded < out.size());
    decoded = place.decoded;
    require(place.begin + std::size_t{place.size} <= text.size());
    require(place.size == 0 || place.stretch <= place.begin);
  }
  return 0;
}
