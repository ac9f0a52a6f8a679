#pragma once

#include "pipeline/batch.h"
#include "pipeline/commands.h"
#include "pipeline/io.h"

#include <array>
#include <cstdint>
#include <string>

namespace tokensieve {

/// Prints findings to standard output as they come: NDJSON or a table. The
/// values of tokens are in the requests alone, which `redact` leaves out.
/// Throws std::system_error if standard output cannot be written.
class print_sink final : public sink {
 public:
  struct totals {
    std::uint64_t requests = 0;
    std::uint64_t repeats = 0;
    std::uint64_t events = 0;  ///< records that are events, not text windows
    std::uint64_t failed = 0;
    std::array<std::uint64_t, k_dead_letter_reasons> invalid{};
  };

  print_sink(scan_output format, bool redact, bool all) noexcept
      : format_(format), redact_(redact), all_(all) {}

  void take(batch_ptr batch) override;
  void finish() override;

  /// Once the engine has stopped.
  [[nodiscard]] const totals& seen() const noexcept { return seen_; }

 private:
  void print(const emission& one);
  void print_row(const emission& one);
  void flush();

  const scan_output format_;
  const bool redact_;
  const bool all_;
  bool header_printed_ = false;
  std::string pending_;
  totals seen_;
};

}  // namespace tokensieve
