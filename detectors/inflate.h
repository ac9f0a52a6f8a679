#pragma once

#include "detectors/finding.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// How the undoing of a compression ended.
enum class inflate_end : std::uint8_t {
  whole,   ///< at the end of the compressed data
  broken,  ///< at a fault in it, or where it is cut
  limit,   ///< at the bound of the output, or of zstd's window (8 MiB)
};

/// gzip, zlib or zstd, by the header that `bytes` begin with. Text hardly ever
/// does; where it does (`x^2`), inflating it yields nothing.
[[nodiscard]] std::optional<token_encoding> compression_of(
    std::string_view bytes) noexcept;

/// The size that compressed `bytes` say they inflate to, 0 where they say
/// nothing. Anybody may have written it: good for a plan, not for a bound.
[[nodiscard]] std::size_t announced_size(std::string_view bytes,
                                         token_encoding format) noexcept;

/// Undoes a compression piece by piece. Several gzip members or zstd frames
/// behind each other are one text; what stands behind the last is ignored.
/// Not thread-safe.
class inflater {
 public:
  /// Throws std::bad_alloc. REQUIRES: format is gzip, zlib or zstd.
  explicit inflater(token_encoding format);
  ~inflater();

  struct progress {
    std::size_t used = 0;  ///< bytes of the input
    std::size_t made = 0;  ///< bytes of the output
  };
  /// Inflates the front of `in` to at most `room` bytes at `out`. Makes fewer
  /// only where it needs more input or has ended. Throws std::bad_alloc.
  progress inflate(std::string_view in, char* out, std::size_t room);

  /// Nothing more comes, whatever the input.
  [[nodiscard]] bool has_ended() const noexcept;
  /// How; where it has not ended, as if the input had.
  [[nodiscard]] inflate_end end() const noexcept;

 private:
  class state;
  std::unique_ptr<state> state_;
};

/// Appends what `bytes` inflate to to `out`, at most `limit` bytes, as
/// `inflater` does. Throws std::bad_alloc.
/// REQUIRES: format is gzip, zlib or zstd.
[[nodiscard]] inflate_end inflate_bytes(std::string_view bytes,
                                        token_encoding format,
                                        std::size_t limit, std::string& out);

}  // namespace tokensieve
