#include "pipeline/log.h"

#include "pipeline/log_limiter.h"
#include "pipeline/utf8.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {

namespace {

spdlog::level::level_enum level_of(log_level level) {
  switch (level) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warn:
      return spdlog::level::warn;
    case log_level::error:
      break;
  }
  return spdlog::level::err;
}

// The message with everything escaped that would end the line, start a
// terminal's control sequence or, for JSON, end the string. C1 controls
// (U+0080 to U+009F) are such starts, too.
class safe_message final : public spdlog::custom_flag_formatter {
 public:
  explicit safe_message(bool json) : json_{json} {}

  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    std::string_view rest{message.payload.data(), message.payload.size()};
    while (!rest.empty()) {
      const std::size_t length = utf8_length(rest);
      const auto byte = static_cast<unsigned char>(rest.front());
      if (length == 0) {
        append("\xEF\xBF\xBD", out);  // U+FFFD
      } else if (byte < 0x20 || byte == 0x7F) {
        append_escape(byte, out);
      } else if (byte == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0) {
        append_escape(static_cast<unsigned char>(rest[1]), out);
      } else {
        if (json_ && (byte == '"' || byte == '\\')) out.push_back('\\');
        append(rest.substr(0, length), out);
      }
      rest.remove_prefix(length == 0 ? 1 : length);
    }
  }

  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<safe_message>(json_);
  }

 private:
  static void append(std::string_view text, spdlog::memory_buf_t& out) {
    out.append(text.data(), text.data() + text.size());
  }
  static void append_escape(unsigned code, spdlog::memory_buf_t& out) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
  }

  bool json_;
};

log_limiter& limiter() {
  static log_limiter k_limiter;
  return k_limiter;
}

template <typename Compose>
void write(std::string_view place, log_level level, Compose&& compose) {
  const auto left_out = limiter().admit(place);
  if (!left_out) return;
  const std::string message = compose();
  if (*left_out == 0) {
    spdlog::log(level_of(level), "{}", message);
  } else {
    spdlog::log(level_of(level), "{} ({} like it were left out)", message,
                *left_out);
  }
}

}  // namespace

void set_up_log(const log_config& settings) {
  const bool json = settings.format == log_format::json;
  auto formatter = std::make_unique<spdlog::pattern_formatter>(
      spdlog::pattern_time_type::utc);
  formatter->add_flag<safe_message>('*', json);
  formatter->set_pattern(
      json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%*"})"
           : "%Y-%m-%dT%H:%M:%S.%eZ %l %*");
  auto logger = std::make_shared<spdlog::logger>(
      "", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::move(formatter));
  logger->set_level(level_of(settings.level));
  spdlog::set_default_logger(std::move(logger));
}

void log_from(const std::source_location& place, log_level level,
              fmt::string_view format, fmt::format_args arguments) {
  // Asked first: what is not written must not use up what may be.
  if (!spdlog::should_log(level_of(level))) return;
  write(fmt::format("{}:{}", place.file_name(), place.line()), level,
        [&] { return fmt::vformat(format, arguments); });
}

void log_library(std::string_view library, std::string_view facility,
                 log_level level, std::string_view text) {
  if (!spdlog::should_log(level_of(level))) return;
  write(fmt::format("{} {}", library, facility), level,
        [&] { return fmt::format("{}: {}: {}", library, facility, text); });
}

void log_end(std::string_view message) {
  spdlog::error("{}", message);
}

}  // namespace tokensieve
