#include "pipeline/raw_walk.h"

#include "schemas/json_text.h"

#include <algorithm>

namespace tokensieve {

void raw_walk::to(std::size_t target) {
  while (at_ < target) {
    const std::string_view rest = raw_.substr(at_, target - at_);
    const std::size_t plain =
        escaped_ ? std::min(rest.find('\\'), rest.size()) : rest.size();
    count(rest.substr(0, plain));
    at_ += plain;
    if (at_ < target) step();
  }
}

// An escaped text may hold no bare line end, but bytes are taken as they are.
void raw_walk::count(std::string_view plain) noexcept {
  if (!escaped_) {
    line_ += static_cast<std::uint64_t>(std::ranges::count(plain, '\n'));
    if (const std::size_t last = plain.rfind('\n'); last != plain.npos) {
      plain.remove_prefix(last + 1);
      column_ = 1;
    }
  }
  column_ += plain.size();
}

void raw_walk::step() {
  constexpr std::string_view k_one_letter = "\"\\/bfnrt";
  const char letter = at_ + 1 < raw_.size() ? raw_[at_ + 1] : '\0';
  std::size_t size = 1;  // what is no escape stays as it is
  std::size_t made = 1;
  bool line_end = letter == 'n';
  if (letter != '\0' && k_one_letter.contains(letter)) {
    size = 2;
  } else if (letter == 'u') {
    std::string scratch;
    const std::string_view one = raw_.substr(at_, k_longest_escape / 2);
    const std::string_view pair = raw_.substr(at_, k_longest_escape);
    // Two halves make one character of four bytes; two escapes that are no
    // pair make U+FFFD twice, or what each of them stands for.
    const bool paired = pair.size() == k_longest_escape && pair[6] == '\\' &&
                        pair[7] == 'u' &&
                        unescape_json(pair, scratch).text.size() == 4 &&
                        static_cast<unsigned char>(scratch[0]) >= 0xF0;
    if (paired) {
      size = k_longest_escape;
      made = 4;
    } else if (const auto [text, good] = unescape_json(one, scratch); good) {
      size = one.size();
      made = text.size();
      line_end = text == "\n";
    }
  }
  at_ += size;
  column_ += made;
  if (line_end) {
    ++line_;
    column_ = 1;
  }
}

}  // namespace tokensieve
