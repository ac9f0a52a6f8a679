#pragma once

#include "detectors/scanner.h"
#include "pipeline/batch.h"
#include "pipeline/chunk_linker.h"
#include "schemas/event_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace tokensieve {

/// The parallel stage: finds the tokens of a batch's records. One a worker,
/// not thread-safe.
///
/// Every record pays for the prefilter over its raw bytes and for a look at
/// its structure; only a record with a prefilter hit is unescaped, scanned,
/// located and described.
class inspector {
 public:
  inspector(std::shared_ptr<const signatures> patterns,
            token_confidence min_confidence,
            std::size_t depth = scanner::k_max_depth);
  inspector(const inspector&) = delete;
  inspector& operator=(const inspector&) = delete;

  /// Fills `inspected` and `counts`. Never throws: a record whose inspection
  /// fails is counted and goes out as a `decode_limit` dead letter.
  void inspect(batch& work) noexcept;

 private:
  class collector;

  void mark_hits(const batch& work);
  void inspect_record(const record& input, bool hit, inspected_record& out);
  void inspect_window(const record& input, inspected_record& out);

  scanner scanner_;
  event_reader reader_;
  chunk_linker linker_;
  std::vector<std::size_t> hit_ends_;  // of the packed region, reused
  std::vector<bool> hits_;             // by record, reused
};

}  // namespace tokensieve
