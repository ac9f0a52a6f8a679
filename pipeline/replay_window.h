#pragma once

#include "pipeline/batch.h"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace tokensieve {

/// Where each partition would have to be read again from, for an empty
/// seam_table to learn what a full one knows now: its oldest record with a
/// chunk of a log, at most k_max_replay_records and 16 MiB back. Whether the
/// chunk's text looks like the beginning of a token does not matter: any text
/// may end with the first letters of one. Not thread-safe.
class replay_window {
 public:
  /// Takes the records of an inspected batch in, and sets `replay_from` of
  /// its positions.
  void note(batch& work);

  /// Forgets everything: what comes next is read anew.
  void clear() noexcept { partitions_.clear(); }

 private:
  struct mark {
    std::int64_t offset;  ///< of a record with a chunk
    std::uint64_t bytes;  ///< of the partition in front of it
  };
  struct marked_partition {
    std::uint64_t bytes = 0;  ///< read so far
    std::deque<mark> marks;
  };
  using key = std::pair<const std::string*, std::int32_t>;

  static void add(marked_partition& to, std::int64_t offset);

  std::map<key, marked_partition> partitions_;
};

}  // namespace tokensieve
