#pragma once

#include <regex.h>

#include <array>
#include <optional>
#include <string>

namespace tokensieve {

/// A pattern of topic names, compiled as librdkafka does it.
class topic_pattern {
 public:
  explicit topic_pattern(const std::string& pattern)
      : status_{
            ::regcomp(&compiled_, pattern.c_str(), REG_EXTENDED | REG_NOSUB)} {}
  topic_pattern(const topic_pattern&) = delete;
  topic_pattern& operator=(const topic_pattern&) = delete;
  ~topic_pattern() {
    if (status_ == 0) ::regfree(&compiled_);
  }

  /// Why it is no pattern, if it is none.
  [[nodiscard]] std::optional<std::string> refusal() const {
    if (status_ == 0) return std::nullopt;
    std::array<char, 128> reason{};
    ::regerror(status_, &compiled_, reason.data(), reason.size());
    return std::string{reason.data()};
  }
  [[nodiscard]] bool matches(const std::string& topic) const {
    return status_ == 0 &&
           ::regexec(&compiled_, topic.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
  int status_;
};

}  // namespace tokensieve
