#pragma once

#include "detectors/finding.h"
#include "pipeline/chunk.h"
#include "pipeline/memory_units.h"
#include "schemas/dead_letter.h"
#include "schemas/leak.h"
#include "schemas/request.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A piece of a plain text that is too long to be one event (`scan`). Windows
/// overlap; each finding belongs to the window in which it ends.
struct text_window {
  std::uint64_t line = 1;     ///< of the window's first byte, from 1
  std::uint64_t column = 1;   ///< of the window's first byte, from 1
  std::size_t own_begin = 0;  ///< findings that end in (own_begin, own_end]
  std::size_t own_end = 0;    ///< are this window's
};

/// Where a record came from.
struct record_place {
  /// The partition of a record that comes from a file.
  static constexpr std::int32_t k_file = -1;

  /// The topic, or the file; lives as long as the source.
  const std::string* source_name = nullptr;
  std::int32_t partition = 0;
  std::int64_t offset = 0;  ///< in a file the event's number from 1
  std::optional<std::int64_t> timestamp_ms;
  /// Of the file that the record stands in.
  std::optional<token_encoding> compression;
};

/// One input record. Its views point into the batch that holds it.
struct record : record_place {
  std::string_view value;
  std::string_view key;
  std::string_view content_type;
  std::size_t readable_behind = 0;  ///< bytes behind `value`, see event_bytes
  bool has_key = false;
  /// `value` lies behind that of the record before, and what is between them
  /// may be read: both are looked through at once. Says nothing of the first.
  bool adjoins = false;
  bool too_large = false;  ///< over the limit: scanned as bytes, dead-lettered
  std::optional<text_window> window;
};

/// A candidate that is no token: under `scan --explain`.
struct explained_candidate {
  std::string_view why;  ///< a constant
  leak where;
};

/// What inspection found in a record; most records have none.
struct inspected_record {
  std::size_t index = 0;  ///< into `batch::records`
  std::vector<leaked_token> tokens;
  std::optional<dead_letter_reason> reason;
  std::vector<explained_candidate> rejected;
};

/// A rejected candidate, ready to be shown.
struct explanation {
  explained_candidate candidate;
  leak_origin origin;
};

/// A request or a sighting, ready to be written.
struct emission {
  output_kind kind;
  leaked_token token;
  leak_origin origin;
  std::uint64_t count = 1;  ///< of a sighting
};

struct dead_letter {
  std::size_t index;  ///< into `batch::records`
  dead_letter_reason reason;
};

/// The next offset to read of a partition once the batch is done with.
struct partition_position {
  const std::string* topic = nullptr;
  std::int32_t partition = 0;
  std::int64_t next_offset = 0;
  /// Of the record before it.
  std::optional<std::int64_t> timestamp_ms = std::nullopt;
  /// Where to begin instead once the ends of logs are forgotten; by assemble.
  std::optional<std::int64_t> replay_from = std::nullopt;
};

/// What a batch adds to the totals.
struct batch_counts {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t empty = 0;             ///< null or empty values
  std::uint64_t ignored = 0;           ///< findings of known fakes
  std::uint64_t failed = 0;            ///< records whose inspection threw
  std::uint64_t known_requests = 0;    ///< in the table behind this batch
  std::uint64_t evicted_requests = 0;  ///< of the table, so far
  std::uint64_t log_tail_bytes = 0;    ///< of the ends of logs, now
  std::uint64_t evicted_logs = 0;      ///< whose ends were given up, so far
  std::array<std::uint64_t, k_rejections> rejected{};
};

/// What travels through the graph: records in the order in which they were
/// read, the memory that their views point into, and what each stage adds.
/// Owned by one stage at a time; nothing outlives it by reference.
struct batch {
  /// First, so that it is given back last: when the sink is done with the
  /// batch and everything in it is gone.
  memory_units::lease units;

  /// Position in poll order, from 0 without gaps; given by the engine.
  std::uint64_t sequence = 0;
  /// The assignment (or recovery) that the records were read under; results
  /// of an earlier one are dropped.
  std::uint64_t epoch = 0;
  /// A single event over 1 MiB: goes through the serial lane.
  bool large = false;
  /// The records were committed before; they are read again for the ends of
  /// their logs and yield nothing.
  bool replayed = false;

  std::vector<record> records;
  std::vector<partition_position> positions;

  std::size_t value_bytes = 0;  ///< of all records

  std::unique_ptr<char[]> arena;      ///< values of a source that reads bytes
  std::shared_ptr<const void> owner;  ///< outlives `held`
  /// Owners of the other values, with what gives them back.
  std::vector<std::unique_ptr<void, void (*)(void*)>> held;

  std::vector<inspected_record> inspected;  ///< by inspect, by index
  std::vector<chunk> chunks;                ///< by inspect, by index
  /// Where inspection ran out of memory: the records from here on were not
  /// read and go out as dead letters.
  std::optional<std::size_t> unread_from;
  std::vector<emission> emissions;        ///< by assemble
  std::vector<dead_letter> dead_letters;  ///< by assemble
  std::vector<explanation> explanations;  ///< by assemble
  /// Assembly ran out of memory: the sink must not let the offsets pass.
  bool incomplete = false;
  batch_counts counts;

  /// The entry of a partition in `positions`, made if there is none.
  partition_position& position_of(const std::string& topic,
                                  std::int32_t partition);
};

using batch_ptr = std::unique_ptr<batch>;

}  // namespace tokensieve
