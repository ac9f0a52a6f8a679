#pragma once

#include "detectors/scanner.h"
#include "pipeline/batch.h"
#include "pipeline/chunk_linker.h"
#include "pipeline/event_collector.h"
#include "pipeline/event_weight.h"
#include "schemas/event_reader.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

struct inspector_options {
  token_confidence min_confidence = token_confidence::medium;
  std::size_t depth = scanner::k_max_depth;  ///< encodings inside each other
  /// What a compressed event may inflate to.
  std::uint64_t max_event_bytes = k_default_max_event_bytes;
  /// Say of each candidate why it is no token. Every record is scanned then.
  bool explain = false;
};

/// The parallel stage: finds the tokens of a batch's records. One a worker,
/// not thread-safe.
///
/// Every record pays for the prefilter over its raw bytes and for a look at
/// its structure; only a record with a prefilter hit is unescaped, scanned,
/// located and described.
///
/// A record that is gzip, zlib or zstd as a whole is inflated and read like
/// the event that it holds; its findings name the compression first.
class inspector {
 public:
  inspector(std::shared_ptr<const signatures> patterns,
            inspector_options options);
  inspector(const inspector&) = delete;
  inspector& operator=(const inspector&) = delete;

  /// Fills `inspected` and `counts`. Never throws: a record whose inspection
  /// fails is counted and goes out as a `decode_limit` dead letter.
  void inspect(batch& work) noexcept;

 private:
  /// Marks those from `first` on that may hold a token; returns the first that
  /// is left to the next call.
  [[nodiscard]] std::size_t mark_hits(std::span<const record> records,
                                      std::size_t first);
  /// Of the records from `first` up to `end`, each of which adjoins the last.
  void mark_hits(std::span<const record> records, std::size_t first,
                 std::size_t end);
  void inspect_record(batch& work, bool hit, inspected_record& out);
  [[nodiscard]] bool inspect_compressed(const batch& work, bool hit,
                                        inspected_record& out);
  void inspect_event(const event_bytes& event, bool hit, inspected_record& out);
  /// Makes tokens of the findings in `value`, which was read as an event or
  /// as bytes.
  void describe(std::string_view value, event_collector& found, bool is_event,
                inspected_record& out);
  void inspect_window(const record& input, inspected_record& out);

  const inspector_options options_;
  scanner scanner_;
  event_reader reader_;
  chunk_linker linker_;
  std::string inflated_;                      // of the record that is inspected
  std::vector<rejected_candidate> rejected_;  // of the last scan, to explain
  std::vector<std::size_t> event_ends_;       // of adjoining records, reused
  std::vector<std::size_t> hit_ends_;         // in adjoining records, reused
  std::vector<bool> hits_;                    // by record, reused
};

}  // namespace tokensieve
