// What any bytes cost the scanner: an input, over and over, as a text. The
// more time a byte takes, the more of libFuzzer's own counters an input sets,
// so that it keeps the slower ones and goes on from them.

#include "detectors/scanner.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tokensieve;

constexpr std::size_t k_text_size = 8 << 10;
constexpr std::size_t k_steps = 256;
constexpr std::size_t k_steps_a_doubling = 8;

#ifdef TOKENSIEVE_FUZZ
__attribute__((section("__libfuzzer_extra_counters")))
#endif
std::uint8_t counters[k_steps];

std::uint64_t thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

// Eighths between powers of two are fine enough, and coarse enough for noise.
std::size_t step_of(std::uint64_t time) {
  const auto doublings = static_cast<unsigned>(std::bit_width(time | 8)) - 4;
  return std::min<std::size_t>(
      k_steps - 1, doublings * k_steps_a_doubling + ((time >> doublings) & 7));
}

std::uint64_t time_of(scanner& under_test, std::string_view text) {
  std::vector<finding> found;
  const std::uint64_t begin = thread_nanoseconds();
  static_cast<void>(under_test.may_hold_token(text));
  static_cast<void>(under_test.scan(text, {}, found));
  return thread_nanoseconds() - begin;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static scanner under_test(signatures::compile(), token_confidence::medium);
  if (size == 0) return 0;
  std::string text;
  while (text.size() < k_text_size)
    text.append(reinterpret_cast<const char*>(data), size);
  // The quicker of two: whatever else the machine does adds to one.
  const std::uint64_t time =
      std::min(time_of(under_test, text), time_of(under_test, text));
  counters[step_of(time)] = 1;
  return 0;
}
