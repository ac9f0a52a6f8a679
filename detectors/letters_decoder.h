#pragma once

#include "detectors/decoder.h"
#include "detectors/letters.h"

namespace tokensieve {

/// A decoder of an encoding in letters, folded or not: base64, hex.
class letters_decoder : public decoder {
 public:
  std::vector<std::string> text_patterns() const override;
  std::vector<std::string> raw_patterns() const override;
  std::optional<encoded_run> find_run(std::string_view text, bool patch,
                                      decoder_trigger trigger,
                                      run_memory& memory) const noexcept final;
  void decode(std::string_view text, const encoded_run& run, std::string& out,
              std::vector<decoded_place>& places) const final;

 protected:
  /// Part of an encoded form of a fixed text.
  struct fragment {
    std::string pattern;
    std::size_t size;  ///< of what it matches
    unsigned first;    ///< where its first letter stands in its group

    auto operator<=>(const fragment&) const = default;
  };

  /// `min_tail`: what the shortest token fills from a fragment on.
  letters_decoder(const alphabet& letters, std::size_t min_tail) noexcept
      : letters_(letters), min_tail_(min_tail) {}

  void set_fragments(std::vector<fragment> fragments);

 private:
  [[nodiscard]] std::size_t piece_begin(const letter_text& lines,
                                        const run_memory& memory,
                                        std::size_t begin,
                                        unsigned first) const noexcept;

  const alphabet& letters_;
  std::size_t min_tail_;
  std::vector<fragment> fragments_;
};

}  // namespace tokensieve
