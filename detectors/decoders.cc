#include "detectors/decoders.h"

namespace tokensieve {

text_range decoder::place(std::string_view, const encoded_run& run,
                          text_range) const {
  return run.run;
}

std::vector<std::unique_ptr<const decoder>> make_decoders() {
  std::vector<std::unique_ptr<const decoder>> all;
  all.push_back(make_terminal_decoder());
  all.push_back(make_base64_decoder());
  return all;
}

}  // namespace tokensieve
