#include "detectors/control_sequence.h"
#include "detectors/decoders.h"
#include "detectors/unit_decoder.h"

namespace tokensieve {
namespace {

class terminal_decoder final : public unit_decoder {
 public:
  terminal_decoder() : unit_decoder(token_encoding::terminal) {}

 private:
  unit unit_at(std::string_view text, std::size_t at) const noexcept override {
    // A carriage return alone goes back to redraw the line.
    if (text[at] == '\r' && !stands_at(text, at + 1, "\n")) return {1};
    return {skip_control_sequence(text, at) - at};
  }

  notation notation_of(bool raw) const override {
    const std::string escape = raw ? R"((?:\x1b|\\u001[bB]))" : R"(\x1b)";
    const std::string redraw = raw ? R"(|\r|\\r|\\u000[dD])" : R"(|\r)";
    notation how;
    how.any = "(?:" + escape + R"([\[\]()])" + redraw + ")";
    how.invisible = "(?:" + escape +
                    R"((?:\[[0-9;:?]{0,16}[A-Za-z]|[()][0-9A-Z]))" + redraw +
                    ")";
    // A link may be of any length: it is known by its end.
    how.more.push_back((raw ? R"((?:\x07|\\u0007|\x1b\\|\\u001[bB]\\\\))"
                            : R"((?:\x07|\x1b\\))") +
                       std::string("(?:pm_|m_|_)[A-Za-z0-9]{8}"));
    return how;
  }

  std::string encoded(char, bool) const override { return {}; }
  std::vector<std::string> forms(std::string_view, bool) const override {
    return {};
  }
};

}  // namespace

std::unique_ptr<const decoder> make_terminal_decoder() {
  return std::make_unique<terminal_decoder>();
}

}  // namespace tokensieve
