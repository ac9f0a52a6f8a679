#pragma once

#include "pipeline/epoch_ledger.h"
#include "pipeline/memory_units.h"
#include "pipeline/stream_monitor.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// The stream's numbers as Prometheus reads them, made when somebody asks:
/// until then they cost nothing. Thread-safe; what it reads outlives it.
class stream_metrics final : public prometheus::Collectable {
 public:
  static constexpr std::string_view k_content_type =
      "text/plain; version=0.0.4; charset=utf-8";

  stream_metrics(const stream_monitor& monitor, const memory_units& units,
                 const epoch_ledger& ledger)
      : monitor_(monitor), units_(units), ledger_(ledger) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

  /// Prometheus' text format.
  [[nodiscard]] std::string text() const;

 private:
  const stream_monitor& monitor_;
  const memory_units& units_;
  const epoch_ledger& ledger_;
};

}  // namespace tokensieve
