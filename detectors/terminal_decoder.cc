#include "detectors/control_sequence.h"
#include "detectors/decoders.h"

#include <algorithm>

namespace tokensieve {
namespace {

// A token of 40 letters, each in a colour of its own, is shorter.
constexpr std::size_t k_reach = 1024;

// A sequence in text, and as JSON writers put it into raw bytes.
constexpr std::string_view k_in_text = R"((?:\x1b\[[0-9;:?]{0,16}[A-Za-z]))";
constexpr std::string_view k_in_raw =
    R"((?:(?:\x1b|\\u001[bB])\[[0-9;:?]{0,16}[A-Za-z]))";

// `npm_` with at least one sequence in it: one expression for each letter
// behind which the first may stand.
std::vector<std::string> broken_prefixes(std::string_view sequence) {
  const std::string some = std::string(sequence) + '+';
  const std::string any = std::string(sequence) + '*';
  return {"n" + some + "p" + any + "m" + any + "_",
          "np" + some + "m" + any + "_", "npm" + some + "_"};
}

class terminal_decoder final : public decoder {
 public:
  token_encoding encoding() const noexcept override {
    return token_encoding::terminal;
  }

  std::vector<std::string> text_patterns() const override {
    std::vector<std::string> patterns = broken_prefixes(k_in_text);
    patterns.emplace_back(R"(npm_[A-Za-z0-9]{0,35}\x1b)");
    return patterns;
  }

  // A sequence behind `npm_` begins with ESC or, escaped, with a backslash:
  // the pattern of the granular token matches it.
  std::vector<std::string> raw_patterns() const override {
    return broken_prefixes(k_in_raw);
  }

  std::optional<encoded_run> find_run(std::string_view text, bool,
                                      decoder_trigger trigger,
                                      text_range) const noexcept override {
    encoded_run run;
    run.piece.begin = trigger.end - std::min(trigger.end, k_reach);
    run.piece.end = std::min(trigger.end + k_reach, text.size());
    run.run = run.piece;
    run.covered = run.piece.end == text.size() ? text.size() : trigger.end;
    return run;
  }

  void decode(std::string_view text, const encoded_run& run,
              std::string& out) const override {
    text = text.substr(0, run.piece.end);
    for (std::size_t at = next_visible(text, run.piece.begin); at < text.size();
         at = next_visible(text, at + 1)) {
      out += text[at];
    }
  }

  // From the token's first letter to its last.
  text_range place(std::string_view text, const encoded_run& run,
                   text_range decoded) const override {
    text = text.substr(0, run.piece.end);
    text_range found;
    std::size_t visible = 0;
    for (std::size_t at = next_visible(text, run.piece.begin);
         at < text.size() && visible < decoded.end;
         at = next_visible(text, at + 1), ++visible) {
      if (visible == decoded.begin) found.begin = at;
      found.end = at + 1;
    }
    return found;
  }

 private:
  static std::size_t next_visible(std::string_view text,
                                  std::size_t at) noexcept {
    for (std::size_t end = skip_control_sequence(text, at); end != at;
         end = skip_control_sequence(text, at)) {
      at = end;
    }
    return at;
  }
};

}  // namespace

std::unique_ptr<const decoder> make_terminal_decoder() {
  return std::make_unique<terminal_decoder>();
}

}  // namespace tokensieve
