#include "pipeline/input_topics.h"

#include "pipeline/log.h"
#include "pipeline/topic_pattern.h"

#include <algorithm>

namespace tokensieve {
namespace {

constexpr std::chrono::seconds k_look_interval{60};

/// Those of `listed` that `entry`, a name or a pattern, stands for.
topic_sizes select_by(const std::string& entry, const topic_sizes& listed) {
  topic_sizes selected;
  if (entry.starts_with('^')) {
    const topic_pattern pattern(entry);
    std::ranges::copy_if(
        listed, std::inserter(selected, selected.end()),
        [&](const auto& topic) { return pattern.matches(topic.first); });
  } else if (const auto found = listed.find(entry); found != listed.end()) {
    selected.insert(*found);
  }
  return selected;
}

}  // namespace

topic_sizes input_topics::select(const topic_sizes& listed) const {
  topic_sizes all;
  for (const std::string& entry : input_.topics) {
    all.merge(select_by(entry, listed));
  }
  return all;
}

void input_topics::report_missing(const topic_sizes& listed,
                                  clock::time_point now) {
  missing_.clear();
  for (const std::string& entry : input_.topics) {
    if (!select_by(entry, listed).empty()) continue;
    missing_.insert(entry);
    if (entry.starts_with('^')) {
      log_warn(
          "input.topics: no topic matches {} that this client may see; waiting "
          "for one",
          entry);
    } else {
      log_warn(
          "input topic {} does not exist, or this client may not see it; "
          "create it, correct input.topics, or give this client the right to "
          "read it; waiting for it",
          entry);
    }
  }
  next_look_ =
      missing_.empty() ? clock::time_point::max() : now + k_look_interval;
}

bool input_topics::begins_at_end(const std::string& topic,
                                 std::int32_t partition) const {
  const auto found = at_end_.find(topic);
  return found != at_end_.end() && partition < found->second;
}

}  // namespace tokensieve
