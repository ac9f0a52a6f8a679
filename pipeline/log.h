#pragma once

#include "pipeline/config.h"

#include <fmt/format.h>

#include <source_location>
#include <string_view>
#include <type_traits>

namespace tokensieve {

/// Makes our lines go to standard error: a line of text, or of JSON (`time`,
/// `level`, `message`), per message, in UTC. Whatever a message holds, it
/// stays one line and valid UTF-8, and sends nothing to a terminal. Call it
/// before other threads start.
void set_up_log(const log_config& settings);

/// A format and the place in the code that it stands at.
template <typename... Args>
struct log_text {
  template <typename Text>
  consteval log_text(
      const Text& text,
      std::source_location at = std::source_location::current()) noexcept
      : format(text), where(at) {}

  fmt::format_string<Args...> format;
  std::source_location where;
};

/// Of a place that has said much already, nothing is written; what was left
/// out is told when it speaks again (`log_limiter`). Thread-safe.
void log_from(const std::source_location& place, log_level level,
              fmt::string_view format, fmt::format_args arguments);

template <typename... Args>
void log_info(log_text<std::type_identity_t<Args>...> text, Args&&... args) {
  log_from(text.where, log_level::info, text.format,
           fmt::make_format_args(args...));
}
template <typename... Args>
void log_warn(log_text<std::type_identity_t<Args>...> text, Args&&... args) {
  log_from(text.where, log_level::warn, text.format,
           fmt::make_format_args(args...));
}
template <typename... Args>
void log_error(log_text<std::type_identity_t<Args>...> text, Args&&... args) {
  log_from(text.where, log_level::error, text.format,
           fmt::make_format_args(args...));
}

/// Why the process ends: an error that is always written.
void log_end(std::string_view message);

/// What a library says; a facility of it is a place.
void log_library(std::string_view library, std::string_view facility,
                 log_level level, std::string_view text);

}  // namespace tokensieve
