#include "schemas/timestamp.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace tokensieve {

std::optional<std::string> rfc_3339(std::optional<std::int64_t> unix_ms) {
  // 0000-01-01 and 9999-12-31, the last millisecond.
  constexpr std::int64_t k_first = -62'167'219'200'000;
  constexpr std::int64_t k_last = 253'402'300'799'999;
  if (!unix_ms || *unix_ms < k_first || *unix_ms > k_last) return {};
  using std::chrono::days;
  using std::chrono::milliseconds;
  const std::chrono::sys_time<milliseconds> time{milliseconds(*unix_ms)};
  const auto midnight = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  std::array<char, 64> out{};
  const int size = std::snprintf(
      out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      int{date.year()}, unsigned{date.month()}, unsigned{date.day()},
      static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return std::string(out.data(), static_cast<std::size_t>(size));
}

}  // namespace tokensieve
