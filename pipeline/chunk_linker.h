#pragma once

#include "detectors/scanner.h"
#include "pipeline/batch.h"
#include "pipeline/seam_border.h"
#include "schemas/event_reader.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// Finds the chunks of logs among a batch's records, and joins those of one
/// log that follow each other in it, so that the serial stage need look at
/// none of them but the first, the last and those with a token near the cut.
/// One a worker; not thread-safe.
class chunk_linker {
 public:
  explicit chunk_linker(scanner& with) noexcept
      : scanner_(with), border_(with) {}

  /// Begins another batch.
  void begin() noexcept;

  /// Appends the chunks of record `index` to `work.chunks`: those of logs that
  /// have a name, and those of a record that holds more than one. `reader` has
  /// just read or checked it; `hit`: the prefilter matched.
  void note(batch& work, std::size_t index, const event_reader& reader,
            bool hit);

 private:
  void find_open_ends(std::string_view value, chunk& piece);
  void link(std::vector<chunk>& chunks, std::uint32_t number);
  [[nodiscard]] std::uint32_t& slot_of(const std::vector<chunk>& chunks,
                                       std::uint64_t stream);
  void grow(const std::vector<chunk>& chunks);

  scanner& scanner_;
  seam_border border_;
  std::string left_;  // reused
  /// Numbers of the last chunk of each log, from 1, by its hash; 0 is free.
  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
};

/// The last raw bytes of the log up to chunk `number`, as many as matter to a
/// cut if the batch and `before_batch` hold them; `scratch` is used where
/// several chunks are needed.
[[nodiscard]] std::string_view left_of_cut(const std::vector<chunk>& chunks,
                                           std::uint32_t number,
                                           std::string_view before_batch,
                                           std::string& scratch);

}  // namespace tokensieve
