#include "detectors/decoders.h"
#include "detectors/inflate.h"

#include <algorithm>

namespace tokensieve {
namespace {

// Logs and settings deflate to a tenth of their size and seldom to less; what
// inflates to much more is meant to keep us busy.
constexpr std::size_t k_base = std::size_t{4} << 10;
constexpr std::size_t k_factor = 16;

// Of what was decoded and begins with a header.
class inflating_decoder final : public decoder {
 public:
  explicit inflating_decoder(token_encoding format) noexcept
      : format_(format) {}

  token_encoding encoding(const encoded_run&) const noexcept override {
    return format_;
  }
  std::vector<std::string> text_patterns() const override { return {}; }
  bool reads(token_encoding found) const noexcept override {
    return found == format_;
  }

  std::optional<encoded_run> find_run(std::string_view text, bool,
                                      decoder_trigger trigger,
                                      run_memory&) const noexcept override {
    encoded_run found;
    found.run = found.piece = {trigger.begin, text.size()};
    return found;
  }

  void decode(std::string_view text, const encoded_run& run, std::string& out,
              std::vector<decoded_place>& places) const override {
    (void)decode_within(text, run, text.size(), out, places);
  }

  bool decode_within(std::string_view text, const encoded_run& run,
                     std::size_t budget, std::string& out,
                     std::vector<decoded_place>&) const override {
    const std::string_view piece =
        text.substr(run.piece.begin, run.piece.end - run.piece.begin);
    const std::size_t limit =
        std::min(budget, k_base + k_factor * piece.size());
    return inflate_bytes(piece, format_, limit, out) != inflate_end::limit;
  }

 private:
  token_encoding format_;
};

}  // namespace

std::unique_ptr<const decoder> make_inflating_decoder(token_encoding format) {
  return std::make_unique<inflating_decoder>(format);
}

}  // namespace tokensieve
