#pragma once

#include "pipeline/health.h"
#include "pipeline/io.h"
#include "pipeline/partition_lag.h"
#include "pipeline/stream_totals.h"

#include <chrono>
#include <cstdint>
#include <functional>

namespace tokensieve {

/// What the stream says of itself while it runs; outlives it.
struct stream_monitor {
  stream_totals& totals;
  health state{};
  partition_lag lag{};
};

/// A source that is watched: what comes of it is counted.
class watched_source final : public source {
 public:
  watched_source(source& from, stream_monitor& monitor)
      : from_(from), monitor_(monitor) {}

  batch_ptr next() override;

 private:
  source& from_;
  stream_monitor& monitor_;
};

/// A sink whose thread is watched.
class watched_sink final : public sink {
 public:
  watched_sink(sink& to, stream_monitor& monitor)
      : to_(to), monitor_(monitor) {}

  void start(const std::function<void()>& wake) override;
  std::chrono::steady_clock::time_point deadline() override {
    return to_.deadline();
  }
  void take(batch_ptr batch) override;
  void idle() override;
  void finish() override;

 private:
  void look_for_commit();

  sink& to_;
  stream_monitor& monitor_;
  std::uint64_t commits_ = 0;  // when last looked
};

}  // namespace tokensieve
