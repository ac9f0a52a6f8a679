#include "pipeline/replay_window.h"

#include "pipeline/input_offsets.h"

#include <cstddef>

namespace tokensieve {
namespace {

constexpr std::uint64_t k_max_bytes = 16 << 20;
// A partition of short lines must not have a mark for each of them.
constexpr int k_steps = 64;

}  // namespace

void replay_window::note(batch& work) {
  // Files are not read again.
  if (work.positions.empty() && !work.replayed) return;
  auto piece = work.chunks.begin();
  key last;
  marked_partition* into = nullptr;
  for (std::size_t i = 0; i < work.records.size(); ++i) {
    const record& one = work.records[i];
    // Records of one partition follow each other.
    const key where(one.source_name, one.partition);
    if (into == nullptr || where != last) {
      into = &partitions_[where];
      last = where;
    }
    bool goes_on = false;
    for (; piece != work.chunks.end() && piece->index == i; ++piece)
      goes_on = goes_on || piece->named;
    if (goes_on) add(*into, one.offset);
    into->bytes += one.value.size() + one.key.size();
  }
  for (partition_position& position : work.positions) {
    const auto found = partitions_.find({position.topic, position.partition});
    if (found == partitions_.end()) continue;
    auto& [bytes, marks] = found->second;
    while (!marks.empty() && (position.next_offset - marks.front().offset >
                                  k_max_replay_records ||
                              bytes - marks.front().bytes > k_max_bytes)) {
      marks.pop_front();
    }
    if (!marks.empty()) position.replay_from = marks.front().offset;
  }
}

void replay_window::add(marked_partition& to, std::int64_t offset) {
  if (!to.marks.empty() &&
      offset - to.marks.back().offset < k_max_replay_records / k_steps &&
      to.bytes - to.marks.back().bytes < k_max_bytes / k_steps) {
    return;
  }
  to.marks.push_back({offset, to.bytes});
}

}  // namespace tokensieve
