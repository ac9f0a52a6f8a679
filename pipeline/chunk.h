#pragma once

#include "schemas/log_chunk.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace tokensieve {

/// A seam sees at most this many raw bytes to each side of a cut.
inline constexpr std::size_t k_seam_reach = 1024;

/// A string of a record as a chunk of a log. Its views point into the batch.
/// There is one for each line of a log in lines, so it is kept small, and
/// whatever only a token needs to know is found out when there is one.
struct chunk {
  static constexpr std::uint32_t k_none =
      std::numeric_limits<std::uint32_t>::max();

  std::string_view text;     ///< raw
  std::string_view event;    ///< what is known of the text stands around it
  std::uint64_t stream = 0;  ///< hash of source, partition and log
  std::uint64_t sequence = 0;
  std::uint32_t index = 0;  ///< into `batch::records`

  // The log within the batch, into `batch::chunks`: what stands behind each
  // other there without a gap.
  std::uint32_t before = k_none;
  std::uint32_t next = k_none;

  /// So many bytes behind the chunk may belong to what may begin in it, or
  /// before it in the batch.
  std::uint16_t reach = 0;
  bool numbered = false;   ///< the log counts its chunks
  bool named = false;      ///< the log goes on behind the record
  bool escaped = false;    ///< as JSON writes it
  bool line_end = false;   ///< there is an LF in it
  bool head_open = false;  ///< the prefilter matches in its head
  bool across = false;     ///< it matches where `before` and the chunk meet
  bool unsure = false;     ///< the batch does not hold all that decides that
  log_field field;
};

/// Size of the text's first bytes that a seam sees: no escape is cut.
[[nodiscard]] std::size_t head_size(std::string_view raw, bool escaped);

/// Where the last bytes begin that a seam sees.
struct tail_place {
  std::size_t begin = 0;
  std::uint64_t line = 1;
  std::uint64_t column = 1;
};
[[nodiscard]] tail_place find_tail(std::string_view raw, bool escaped);

/// Is there an LF in it?
[[nodiscard]] bool holds_line_end(std::string_view raw, bool escaped) noexcept;
[[nodiscard]] bool ends_with_line_end(std::string_view raw,
                                      bool escaped) noexcept;

}  // namespace tokensieve
