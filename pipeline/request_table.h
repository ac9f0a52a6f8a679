#pragma once

#include "detectors/finding.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace tokensieve {

/// Which tokens have been asked to be revoked: makes one request of many
/// occurrences. Identity is (fingerprint, registry); a null registry repeats
/// any request of its token, a registry that no request named yet and a rise
/// in confidence are new requests.
///
/// Entries are *pending* until the batch that emitted them is committed, and
/// are forgotten if it never is. They expire after the window. Not
/// thread-safe: belongs to the assemble stage.
class request_table {
 public:
  using clock = std::chrono::system_clock;

  /// `window` of zero: requests never expire (`scan`). `capacity` bounds the
  /// number of entries; the oldest go first.
  request_table(std::chrono::seconds window, std::size_t capacity) noexcept
      : window_(window), capacity_(capacity) {}

  /// True if `found` needs a request, which is then taken as emitted by batch
  /// `sequence` at `now`; false for a repeat.
  bool admit(const finding& found, std::uint64_t sequence,
             clock::time_point now);

  /// Forgets what batches from `sequence` on have emitted.
  void roll_back(std::uint64_t sequence);

  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  [[nodiscard]] std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  struct request {
    std::string registry;
    token_confidence confidence;
    std::uint64_t number;
  };
  struct issued {
    token_fingerprint fingerprint;
    std::uint64_t number;  ///< of the request, ascending
    std::uint64_t sequence;
    clock::time_point time;
  };
  struct fingerprint_hash {
    std::size_t operator()(const token_fingerprint& value) const noexcept;
  };

  void forget(const issued& entry);

  const std::chrono::seconds window_;
  const std::size_t capacity_;
  std::uint64_t next_number_ = 0;
  std::uint64_t evicted_ = 0;
  std::unordered_map<token_fingerprint, std::vector<request>, fingerprint_hash>
      requests_;
  std::deque<issued> order_;  ///< oldest first
};

}  // namespace tokensieve
