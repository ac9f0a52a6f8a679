#pragma once

#include "detectors/finding.h"
#include "detectors/work_budget.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// One byte or character as an encoding writes it that leaves others as they
/// are: `%6E`, `&#110;`. A unit may also stand for nothing: a colour code, a
/// soft line break.
struct unit {
  enum class meaning : std::uint8_t { nothing, byte, character };

  std::size_t size = 0;  ///< 0: there is none
  meaning what = meaning::nothing;
  std::uint32_t code = 0;
};

/// The unit that begins at `at` (REQUIRES: at < text.size()).
[[nodiscard]] unit percent_unit(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] unit quoted_printable_unit(std::string_view text,
                                         std::size_t at) noexcept;
[[nodiscard]] unit html_unit(std::string_view text, std::size_t at) noexcept;
/// Each string that another string holds doubles the backslashes, up to eight.
[[nodiscard]] unit escape_unit(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] unit terminal_unit(std::string_view text,
                                 std::size_t at) noexcept;

/// Where letters are encoded that no writer need encode.
struct encoded_letters {
  token_encoding encoding;
  std::size_t begin;
  std::size_t end;  ///< of the first of them
};

/// The encoding whose units begin with `lead`. REQUIRES: one of `%&=\\`.
[[nodiscard]] token_encoding encoding_of_lead(char lead) noexcept;

/// Those at `at`, where a byte stands that such a unit begins with: one unit
/// where it makes a name of npm's with what stands around it, else as many
/// together as are no accident. `work` pays.
[[nodiscard]] std::optional<encoded_letters> encoded_letters_at(
    std::string_view text, std::size_t at, work_budget& work) noexcept;

}  // namespace tokensieve
