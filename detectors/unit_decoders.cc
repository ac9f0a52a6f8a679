#include "detectors/decoders.h"
#include "detectors/unit_decoder.h"

namespace tokensieve {
namespace {

class percent_decoder final : public unit_decoder {
 public:
  percent_decoder() noexcept
      : unit_decoder(token_encoding::percent, percent_unit, "%") {}
};

class escape_decoder final : public unit_decoder {
 public:
  escape_decoder() noexcept
      : unit_decoder(token_encoding::escape, escape_unit, "\\") {}
};

class html_decoder final : public unit_decoder {
 public:
  html_decoder() noexcept
      : unit_decoder(token_encoding::html, html_unit, "&") {}

  // Some JSON writers escape the ampersand.
  std::vector<std::string> raw_patterns() const override {
    return {R"(\\u0026(?:#|lowbar|UnderBar))"};
  }
};

class quoted_printable_decoder final : public unit_decoder {
 public:
  quoted_printable_decoder() noexcept
      : unit_decoder(token_encoding::quoted_printable, quoted_printable_unit,
                     "=") {}

  // Some JSON writers escape the sign.
  std::vector<std::string> raw_patterns() const override {
    return {R"(\\u003[dD][3-7][0-9A-Fa-f]\\u003[dD][3-7])",
            R"(n(?:pm?)?\\u003[dD]\\[rn])"};
  }
};

// The first sequences in `npm_`, as expressions.
std::vector<std::string> broken_prefixes(const std::string& escape,
                                         const std::string& redraw) {
  const std::string sequence = "(?:" + escape +
                               R"((?:\[[0-9;:?]{0,16}[A-Za-z]|[()][0-9A-Z])|)" +
                               redraw + ")";
  return {"n" + sequence + "+p", "np" + sequence + "+m",
          "npm" + sequence + "+_",
          // A link may be of any length: where it begins is enough.
          "n(?:pm?)?" + escape + R"(\])"};
}

class terminal_decoder final : public unit_decoder {
 public:
  terminal_decoder() noexcept
      : unit_decoder(token_encoding::terminal, terminal_unit, "\x1b\r") {}

  std::vector<std::string> text_patterns() const override {
    return broken_prefixes(R"(\x1b)", R"(\r)");
  }
  std::vector<std::string> raw_patterns() const override {
    return broken_prefixes(R"((?:\x1b|\\u001[bB]))", R"(\r|\\r|\\u000[dD])");
  }
};

}  // namespace

std::unique_ptr<const decoder> make_percent_decoder() {
  return std::make_unique<percent_decoder>();
}

std::unique_ptr<const decoder> make_escape_decoder() {
  return std::make_unique<escape_decoder>();
}

std::unique_ptr<const decoder> make_html_decoder() {
  return std::make_unique<html_decoder>();
}

std::unique_ptr<const decoder> make_quoted_printable_decoder() {
  return std::make_unique<quoted_printable_decoder>();
}

std::unique_ptr<const decoder> make_terminal_decoder() {
  return std::make_unique<terminal_decoder>();
}

}  // namespace tokensieve
