#include "pipeline/health.h"

#include <fmt/format.h>

#include <algorithm>

namespace tokensieve {

std::string_view to_string(unready value) noexcept {
  switch (value) {
    case unready::starting:
      return "starting";
    case unready::not_assigned:
      return "not_assigned";
    case unready::following_requests:
      return "following_requests";
    case unready::fenced:
      return "fenced";
    case unready::no_producer:
      return "no_producer";
    case unready::broker_down:
      return "broker_down";
    case unready::lost_offsets:
      return "lost_offsets";
    case unready::stopping:
      break;
  }
  return "stopping";
}

void health::set(unready why, std::string detail) {
  const std::scoped_lock lock(mutex_);
  reasons_.emplace(why, std::move(detail));
}

void health::clear(unready why) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(reasons_, [why](const auto& one) { return one.first == why; });
}

bool health::is(unready why) const {
  const std::scoped_lock lock(mutex_);
  return std::ranges::any_of(
      reasons_, [why](const auto& one) { return one.first == why; });
}

std::vector<std::string> health::reasons() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> lines;
  lines.reserve(reasons_.size());
  for (const auto& [why, detail] : reasons_) {
    lines.push_back(detail.empty()
                        ? std::string(to_string(why))
                        : fmt::format("{}: {}", to_string(why), detail));
  }
  return lines;
}

void health::handed_over(clock::time_point now) noexcept {
  // A batch behind others says nothing of whether those move.
  if (in_graph_.fetch_add(1, std::memory_order_relaxed) == 0) graph_.beat(now);
}

void health::taken(clock::time_point now) noexcept {
  graph_.beat(now);
  in_graph_.fetch_sub(1, std::memory_order_relaxed);
}

std::vector<std::string> health::stalled(clock::time_point now) const {
  std::vector<std::string> lines;
  if (source_thread.stalled(now)) {
    lines.emplace_back("the source thread does not move");
  }
  if (sink_thread.stalled(now)) {
    lines.emplace_back("the sink thread does not move");
  }
  // While the sink is at work nothing leaves the graph, and need not.
  if (sink_thread.resting() && in_graph_.load(std::memory_order_relaxed) > 0 &&
      graph_.stalled(now)) {
    lines.emplace_back("the graph does not move");
  }
  return lines;
}

}  // namespace tokensieve
