#include "detectors/decoders.h"
#include "detectors/split_prefix.h"
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
};

class quoted_printable_decoder final : public unit_decoder {
 public:
  quoted_printable_decoder() noexcept
      : unit_decoder(token_encoding::quoted_printable, quoted_printable_unit,
                     "=") {}
};

class terminal_decoder final : public unit_decoder {
 public:
  terminal_decoder() noexcept
      : unit_decoder(token_encoding::terminal, terminal_unit, "\x1b\r") {}

  std::vector<std::string> text_patterns() const override {
    return {R"(n(?:pm?)?[\x1b\r])"};
  }
  bool confirms(std::string_view text,
                std::size_t end) const noexcept override {
    return prefix_goes_on(text, end);
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
