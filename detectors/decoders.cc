#include "detectors/decoders.h"

namespace tokensieve {

std::optional<encoded_run> decoder::find_interruption(
    std::string_view, std::size_t, run_memory&) const noexcept {
  return std::nullopt;
}

bool decoder::decode_within(std::string_view text, const encoded_run& run,
                            std::size_t budget, std::string& out,
                            std::vector<decoded_place>& places) const {
  if (run.piece.end - run.piece.begin > budget) return false;
  decode(text, run, out, places);
  return true;
}

std::vector<std::unique_ptr<const decoder>> make_decoders() {
  std::vector<std::unique_ptr<const decoder>> all;
  all.push_back(make_terminal_decoder());
  all.push_back(make_base64_decoder());
  all.push_back(make_hex_decoder());
  all.push_back(make_percent_decoder());
  all.push_back(make_escape_decoder());
  all.push_back(make_html_decoder());
  all.push_back(make_quoted_printable_decoder());
  all.push_back(make_utf16_decoder());
  for (const token_encoding format :
       {token_encoding::gzip, token_encoding::zlib, token_encoding::zstd}) {
    all.push_back(make_inflating_decoder(format));
  }
  return all;
}

}  // namespace tokensieve
