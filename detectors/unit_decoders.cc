#include "detectors/decoders.h"
#include "detectors/token_form.h"
#include "detectors/unit_decoder.h"

#include <algorithm>

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

// How a sequence may begin, in text or in the notation of a string.
constexpr std::string_view k_sequence_begins[] = {
    "\x1b", "\\u001b", "\\u001B", "\r", "\\r", "\\u000d", "\\u000D"};

// The size of what a sequence begins with at `at`; 0 where none does.
std::size_t sequence_begin(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view k_leads = "\x1b\r\\";
  if (at >= text.size() || !k_leads.contains(text[at])) return 0;
  for (const std::string_view begin : k_sequence_begins) {
    if (stands_at(text, at, begin)) return begin.size();
  }
  return 0;
}

// The offset behind the sequence at `at`; `at` where there is none, the end of
// the text where it is a link, for that may be of any length.
std::size_t skip_sequence(std::string_view text, std::size_t at) noexcept {
  constexpr std::size_t k_max_parameters = 29;
  const std::size_t begin = sequence_begin(text, at);
  if (begin == 0) return at;
  std::size_t end = at + begin;
  const char last = text[end - 1];
  if (last == 'r' || last == '\r' || last == 'd' || last == 'D') return end;
  if (stands_at(text, end, "]")) return text.size();
  if (stands_at(text, end, "(") || stands_at(text, end, ")"))
    return std::min(end + 2, text.size());
  if (!stands_at(text, end, "[")) return at;
  const std::size_t limit = std::min(text.size(), end + k_max_parameters);
  for (++end; end < limit; ++end) {
    if (text[end] >= '@' && text[end] <= '~') return end + 1;
  }
  return at;
}

// Do sequences, one at least, and the rest of `npm_` follow its first letters,
// behind which the sequence begins that a match ends in?
bool prefix_goes_on(std::string_view text, std::size_t end) noexcept {
  std::size_t at = end;
  for (const std::string_view begin : k_sequence_begins) {
    if (text.substr(0, end).ends_with(begin)) at = end - begin.size();
  }
  const std::string_view before = text.substr(0, at);
  std::size_t letters = 1;
  while (letters < 4 && !before.ends_with(k_granular_prefix.substr(0, letters)))
    ++letters;
  for (; letters < k_granular_prefix.size(); ++letters) {
    for (std::size_t next = skip_sequence(text, at); next != at;
         next = skip_sequence(text, at)) {
      at = next;
    }
    if (at == text.size()) return true;
    if (text[at] != k_granular_prefix[letters]) return false;
    ++at;
  }
  return true;
}

class terminal_decoder final : public unit_decoder {
 public:
  terminal_decoder() noexcept
      : unit_decoder(token_encoding::terminal, terminal_unit, "\x1b\r") {}

  std::vector<std::string> text_patterns() const override {
    return {R"(n(?:pm?)?[\x1b\r])"};
  }
  std::vector<std::string> raw_patterns() const override {
    return {R"(n(?:pm?)?(?:\x1b|\r|\\r|\\u001[bB]|\\u000[dD]))"};
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
