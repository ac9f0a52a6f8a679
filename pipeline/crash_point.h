#pragma once

// Places where a test makes the program die
// (tests/broker/test_crash_points.py). A build that defines
// TOKENSIEVE_CRASH_POINTS, as the target `tokensieve_crash` does, aborts where
// the variable TOKENSIEVE_CRASH_AT=NAME[:NTH] says: at the NTH passage, the
// first if not said. No other build has anything of it.

#if defined(TOKENSIEVE_CRASH_POINTS)

#include <array>
#include <cstddef>
#include <string_view>

namespace tokensieve {

/// A contract with the test, which comes by each of them.
inline constexpr auto k_crash_points = std::to_array<std::string_view>({
    "in-assign",          // metadata and offsets read, nothing assigned
    "after-catch-up",     // all earlier requests are known, nothing is read
    "after-poll",         // a batch has been read
    "mid-scan",           // and half of it inspected
    "after-produce",      // what came of it is handed to the producer
    "before-offsets",     // a commit begins
    "before-commit",      // the broker has its offsets
    "after-delivery",     // and the broker has a record of it
    "after-commit",       // the broker has committed, and we told nobody
    "before-abort",       // the broker has refused a record
    "after-abort",        // its transaction is over, the source not told
    "before-rewind",      // the source is told, and reads on behind it
    "after-rewind",       // the next epoch has begun
    "in-revoke",          // partitions are asked back, not yet committed
    "after-revoke",       // committed, not yet given back
    "before-last-commit"  // a stop has drained what was read
});

/// No name but those above compiles.
consteval std::size_t crash_point_number(std::string_view name) {
  for (std::size_t i = 0; i < k_crash_points.size(); ++i) {
    if (k_crash_points[i] == name) return i;
  }
  throw "there is no crash point of this name";
}

void pass_crash_point(std::size_t number) noexcept;

/// The command `crash-points`: a name a line. Returns the exit status.
[[nodiscard]] int print_crash_points();

}  // namespace tokensieve

#define TOKENSIEVE_CRASH_POINT(name) \
  ::tokensieve::pass_crash_point(::tokensieve::crash_point_number(name))

#else

#define TOKENSIEVE_CRASH_POINT(name) static_cast<void>(0)

#endif
