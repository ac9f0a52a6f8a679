#include "pipeline/stream_totals.h"

#include <algorithm>
#include <variant>

namespace tokensieve {
namespace {

template <std::size_t N>
void add_each(std::array<std::atomic<std::uint64_t>, N>& to,
              const std::array<std::uint64_t, N>& from) {
  for (std::size_t i = 0; i < N; ++i) {
    if (from[i] > 0) to[i] += from[i];
  }
}

}  // namespace

std::string_view to_string(rebalance value) noexcept {
  switch (value) {
    case rebalance::assigned:
      return "assigned";
    case rebalance::revoked:
      return "revoked";
    case rebalance::lost:
      break;
  }
  return "lost";
}

void output_counts::add(const emission& one) {
  const finding& found = one.token.found;
  tokens[static_cast<std::size_t>(found.kind)]
        [static_cast<std::size_t>(found.checksum)] += one.count;
  if (one.kind == output_kind::sighting) {
    ++sightings;
    return;
  }
  ++requests;
  const auto* origin = std::get_if<kafka_origin>(&one.origin);
  if (origin != nullptr && origin->timestamp_ms) {
    request_times.push_back(*origin->timestamp_ms);
  }
}

void stream_totals::add(const batch_counts& done) {
  records += done.records;
  bytes += done.bytes;
  empty += done.empty;
  ignored += done.ignored;
  failed += done.failed;
  add_each(rejected, done.rejected);
  known_requests = done.known_requests;
  evicted_requests = done.evicted_requests;
  log_tail_bytes = done.log_tail_bytes;
  evicted_logs = done.evicted_logs;
}

void stream_totals::add(const output_counts& committed,
                        std::chrono::system_clock::time_point now) {
  requests += committed.requests;
  sightings += committed.sightings;
  add_each(dead_letters, committed.dead_letters);
  for (std::size_t kind = 0; kind < k_token_kinds; ++kind)
    add_each(tokens[kind], committed.tokens[kind]);
  for (const std::int64_t time : committed.request_times) {
    // A producer's clock may be ahead of ours.
    detection_seconds.observe(
        std::max(std::chrono::nanoseconds(0),
                 std::chrono::nanoseconds(now.time_since_epoch() -
                                          std::chrono::milliseconds(time))));
  }
}

}  // namespace tokensieve
