#pragma once

#include "detectors/bytes.h"
#include "detectors/decoder.h"
#include "detectors/units.h"

#include <cassert>

namespace tokensieve {

/// A decoder of an encoding in units: what is no unit stays as it is. Where
/// letters of a name are encoded `encoded_letters_at` sees it; where only what
/// follows a name is, the name is what leads here.
class unit_decoder : public decoder {
 public:
  bool reads(token_encoding found) const noexcept final {
    return found == encoding_;
  }
  std::vector<std::string> text_patterns() const override { return {}; }
  std::optional<encoded_run> find_run(std::string_view text, bool patch,
                                      decoder_trigger trigger,
                                      run_memory& memory) const noexcept final;
  std::size_t covered_to(std::string_view, bool, decoder_trigger trigger,
                         run_memory& memory) const noexcept final {
    const std::size_t covered = memory.covered.front();
    return trigger.end <= covered ? covered : 0;
  }
  std::optional<encoded_run> find_interruption(
      std::string_view text, std::size_t end,
      run_memory& memory) const noexcept final;
  void decode(std::string_view text, const encoded_run& run, std::string& out,
              std::vector<decoded_place>& places) const final;
  token_encoding encoding(const encoded_run&) const noexcept final {
    return encoding_;
  }

 protected:
  using unit_reader = unit (*)(std::string_view, std::size_t) noexcept;

  /// `leads`: the bytes that a unit may begin with, two at most.
  unit_decoder(token_encoding encoding, unit_reader unit_at,
               std::string_view leads) noexcept
      : encoding_(encoding),
        unit_at_(unit_at),
        leads_(leads),
        lead_bytes_(leads) {
    assert(leads.size() <= run_memory{}.leads.size());
  }

 private:
  [[nodiscard]] std::size_t unit_before(std::string_view text,
                                        std::size_t at) const noexcept;
  [[nodiscard]] std::size_t lead_behind(std::string_view text,
                                        std::size_t at) const noexcept;

  token_encoding encoding_;
  unit_reader unit_at_;
  std::string_view leads_;
  byte_set lead_bytes_;  ///< the same, to be asked for each byte
};

}  // namespace tokensieve
