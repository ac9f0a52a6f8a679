// In builds with crash points only.

#include "pipeline/crash_point.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace tokensieve {
namespace {

struct chosen_point {
  std::size_t number = k_crash_points.size();  // none
  std::uint64_t nth = 1;
};

chosen_point read_choice() {
  // Nobody sets a variable of the environment here.
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* given = std::getenv("TOKENSIEVE_CRASH_AT");
  if (given == nullptr) return {};
  const std::string_view text = given;
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto name = std::ranges::find(k_crash_points, text.substr(0, colon));
  chosen_point chosen{
      .number = static_cast<std::size_t>(name - k_crash_points.begin())};
  const char* const end = text.data() + text.size();
  const bool counted =
      colon == text.size() ||
      std::from_chars(text.data() + colon + 1, end, chosen.nth).ptr == end;
  if (name == k_crash_points.end() || !counted) {
    // A point that is never passed would look like a program that stands it.
    std::fprintf(stderr, "TOKENSIEVE_CRASH_AT=%s: no such point\n", given);
    std::_Exit(2);
  }
  return chosen;
}

}  // namespace

void pass_crash_point(std::size_t number) noexcept {
  static const chosen_point k_chosen = read_choice();
  static std::atomic<std::uint64_t> k_passages{0};
  if (number != k_chosen.number || ++k_passages != k_chosen.nth) return;
  const std::string_view name = k_crash_points[number];
  std::fprintf(stderr, "crash point %.*s\n", static_cast<int>(name.size()),
               name.data());
  std::abort();
}

int print_crash_points() {
  for (const std::string_view name : k_crash_points) {
    std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
  }
  return 0;
}

}  // namespace tokensieve
