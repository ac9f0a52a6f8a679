#pragma once

#include "pipeline/config.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tokensieve {

/// The topics of a cluster with their numbers of partitions.
using topic_sizes = std::map<std::string, std::int32_t>;

/// What is known of the input topics besides what the group tells: which of
/// them are missing, and where `start: latest` may be obeyed. Used by the
/// source thread.
class input_topics {
 public:
  using clock = std::chrono::steady_clock;

  explicit input_topics(const input_config& input) : input_(input) {}

  /// Of `listed`, those that are read.
  [[nodiscard]] topic_sizes select(const topic_sizes& listed) const;

  /// Warns of each name and pattern without a topic, now and then again.
  void report_missing(const topic_sizes& listed, clock::time_point now);
  [[nodiscard]] bool is_missing(const std::string& entry) const {
    return missing_.contains(entry);
  }
  /// When to list the topics again.
  [[nodiscard]] clock::time_point next_look() const { return next_look_; }
  void look_soon() { next_look_ = clock::time_point::min(); }

  /// `latest` passes over what stands in a topic when the group comes to it
  /// for the first time, nothing else: these topics, with their partitions of
  /// that moment. A partition that is added later, or a topic that is made
  /// later, is read from its beginning, else its first records were lost.
  void begin_at_end(topic_sizes topics) { at_end_ = std::move(topics); }
  /// The group has an offset in it, or it was deleted.
  void has_begun(const std::string& topic) { at_end_.erase(topic); }
  [[nodiscard]] bool begins_at_end(const std::string& topic,
                                   std::int32_t partition) const;

 private:
  const input_config& input_;
  std::set<std::string> missing_;  // names and patterns
  clock::time_point next_look_ = clock::time_point::max();
  topic_sizes at_end_;
};

}  // namespace tokensieve
