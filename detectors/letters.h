#pragma once

#include "detectors/bytes.h"
#include "detectors/plain_letters.h"
#include "detectors/work_budget.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

/// The letters of an encoding that writes bytes in letters of equal size.
struct alphabet {
  static constexpr std::uint8_t k_none = 0xff;

  std::array<std::uint8_t, 256> values;  ///< by letter; `k_none` for others
  unsigned bits;                         ///< of a letter
  std::size_t group;                     ///< letters that make whole bytes
  plain_letters plain;                   ///< those that stand for no sign
};

namespace alphabets {

constexpr std::array<std::uint8_t, 256> values_of(std::string_view letters) {
  std::array<std::uint8_t, 256> values{};
  values.fill(alphabet::k_none);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    values[static_cast<unsigned char>(letters[i])] =
        static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> base64_values() {
  auto values = values_of(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  values['-'] = 62;
  values['_'] = 63;
  return values;
}

constexpr std::array<std::uint8_t, 256> hex_values() {
  auto values = values_of("0123456789abcdef");
  for (char c = 'A'; c <= 'F'; ++c) {
    values[static_cast<unsigned char>(c)] =
        static_cast<std::uint8_t>(c - 'A' + 10);
  }
  return values;
}

}  // namespace alphabets

/// The standard and the URL letters.
inline constexpr alphabet k_base64_alphabet{alphabets::base64_values(), 6, 4,
                                            plain_letters('z')};
inline constexpr alphabet k_hex_alphabet{alphabets::hex_values(), 4, 2,
                                         plain_letters('f')};

/// Do the letters begin with the header of gzip, zlib or zstd in base64?
[[nodiscard]] bool is_compressed_base64(std::string_view letters) noexcept;

/// What the lines of a text are: of a patch, where the first byte is a sign; of
/// an event's raw bytes, where the elements of an array may be lines of one
/// log; or of a piece of such bytes, which may hold part of a folded run only.
enum class line_form : std::uint8_t { text, patch, raw, piece };

/// One line of a run of letters.
struct letter_line {
  std::size_t begin;  ///< of the line
  std::size_t first;  ///< its first letter
  std::size_t last;   ///< behind its last letter
  /// Where the next line begins; 0 where the letters do not go on to its end.
  std::size_t next;
  std::size_t letters;  ///< in [first, last)

  bool operator==(const letter_line&) const = default;
};

/// The neighbours of the lines that were looked at last, in one direction of a
/// text: triggers in lines that follow each other ask for the same ones.
class neighbour_memory {
 public:
  /// What `find` says of `line`, or said when it was asked last.
  template <typename Find>
  std::optional<letter_line> of(const letter_line& line, Find find) noexcept {
    // Neighbours spread over all entries (Fibonacci hashing).
    entry& known = known_[line.begin * 0x9e3779b97f4a7c15 >> (64 - k_bits)];
    if (known.line != line) known = {line, find()};
    return known.neighbour;
  }

 private:
  // More lines than are looked at around one trigger.
  static constexpr unsigned k_bits = 5;

  struct entry {
    std::optional<letter_line> line;
    std::optional<letter_line> neighbour;
  };
  std::array<entry, std::size_t{1} << k_bits> known_;
};
struct line_memory {
  neighbour_memory next;
  neighbour_memory previous;
};

/// A text as lines of letters, for runs that are folded at some column: each
/// line but the last is full, and a log's timestamp, a CI system's prefix, the
/// sign of a patch, indentation or quotes may stand in front of each.
///
/// A line ends with LF or with `\n` in the notation of a string. Looks at no
/// more bytes than the lines asked for have, and 256 more; `work` pays, and no
/// line has a neighbour when it is spent.
class letter_text {
 public:
  /// `memory` is of this text and alphabet, null where few lines are asked for.
  letter_text(std::string_view text, const alphabet& letters, line_form form,
              work_budget& work, line_memory* memory = nullptr) noexcept
      : text_(text),
        letters_(letters),
        form_(form),
        work_(work),
        memory_(memory) {}

  /// The line of the letter at `at`, or as much of it as is `within`.
  [[nodiscard]] letter_line line_at(std::size_t at,
                                    text_range within) const noexcept;

  /// The line that goes on where `line` ends, and the one that goes on in it.
  [[nodiscard]] std::optional<letter_line> next(
      const letter_line& line) const noexcept;
  [[nodiscard]] std::optional<letter_line> previous(
      const letter_line& line) const noexcept;

  /// Is it a word of prose?
  [[nodiscard]] bool is_prose(const letter_line& line) const noexcept;

  /// The size of the letter at `at`: 1, more for an escaped slash, 0 if there
  /// is none.
  [[nodiscard]] std::size_t letter_size(std::size_t at) const noexcept {
    if (at >= text_.size()) return 0;
    const char c = text_[at];
    if (value_of(c) != alphabet::k_none) return 1;
    return c == '\\' ? escaped_slash(at) : 0;
  }

  [[nodiscard]] std::uint8_t value_of(char c) const noexcept {
    return letters_.values[static_cast<unsigned char>(c)];
  }

  /// Letters in [begin, end) of one line.
  [[nodiscard]] std::size_t count(std::size_t begin,
                                  std::size_t end) const noexcept;

 private:
  struct stretch {
    std::size_t end;
    std::size_t letters;
  };

  [[nodiscard]] std::optional<letter_line> find_next(
      const letter_line& line) const noexcept;
  [[nodiscard]] std::optional<letter_line> find_previous(
      const letter_line& line) const noexcept;
  [[nodiscard]] std::size_t escaped_slash(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t behind_plain(std::size_t at,
                                         std::size_t limit) const noexcept;
  [[nodiscard]] std::size_t before_plain(std::size_t at,
                                         std::size_t limit) const noexcept;
  [[nodiscard]] std::size_t letters_begin(std::size_t at,
                                          std::size_t limit) const noexcept;
  [[nodiscard]] stretch letters_at(std::size_t at,
                                   std::size_t limit) const noexcept;
  [[nodiscard]] std::size_t line_begin(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t element_end(std::size_t begin) const noexcept;
  [[nodiscard]] std::size_t line_end_behind(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t without_escape(std::size_t first,
                                           std::size_t limit) const noexcept;
  [[nodiscard]] std::size_t behind_prefix(const letter_line& line,
                                          std::size_t begin) const noexcept;
  [[nodiscard]] bool is_bracketed(const letter_line& line,
                                  const letter_line& other) const noexcept;
  [[nodiscard]] bool is_in_sentence(std::size_t at) const noexcept;
  [[nodiscard]] bool is_other_value(const letter_line& line) const noexcept;
  [[nodiscard]] bool goes_on(const letter_line& a,
                             const letter_line& b) const noexcept;
  [[nodiscard]] bool has_sign(const letter_line& line) const noexcept;

  std::string_view text_;
  const alphabet& letters_;
  line_form form_;
  work_budget& work_;
  line_memory* memory_;
};

}  // namespace tokensieve
