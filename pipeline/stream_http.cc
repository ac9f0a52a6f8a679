#include "pipeline/stream_http.h"

#include "pipeline/stream_metrics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

/// 200 and `good`, or 503 and what is wrong, a line each.
http_response probe(const std::vector<std::string>& wrong,
                    std::string_view good) {
  if (wrong.empty()) return {.status = 200, .body = fmt::format("{}\n", good)};
  return {.status = 503, .body = fmt::format("{}\n", fmt::join(wrong, "\n"))};
}

}  // namespace

http_handlers stream_http(const stream_monitor& monitor,
                          const memory_units& units,
                          const epoch_ledger& ledger) {
  const auto metrics =
      std::make_shared<const stream_metrics>(monitor, units, ledger);
  return {
      {"/livez",
       [&monitor] { return probe(monitor.state.stalled(), "alive"); }},
      {"/readyz",
       [&monitor] { return probe(monitor.state.reasons(), "ready"); }},
      {"/metrics",
       [metrics] {
         return http_response{.status = 200,
                              .body = metrics->text(),
                              .content_type = stream_metrics::k_content_type};
       }},
  };
}

}  // namespace tokensieve
