#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {

/// Appends one JSON value to a string. The same calls give the same bytes:
/// members stand in the order of the calls, without blanks. The caller opens
/// and closes what it writes.
class json_writer {
 public:
  /// The value of an array, or behind `name`.
  json_writer& begin_object();
  json_writer& end_object();
  json_writer& begin_array();
  json_writer& end_array();
  json_writer& name(std::string_view name);

  /// What is no UTF-8 becomes U+FFFD, control characters are escaped.
  json_writer& value(std::string_view text);
  json_writer& value(std::uint64_t number);
  json_writer& value(std::int64_t number);
  json_writer& null();

  template <typename T>
  json_writer& value(const std::optional<T>& known) {
    return known ? value(*known) : null();
  }

  template <typename T>
  json_writer& member(std::string_view key, const T& content) {
    name(key);
    return value(content);
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  void separate();
  void append_quoted(std::string_view text);
  void append_escaped(std::string_view text);

  std::string out_;
  bool comma_ = false;  ///< a value stands in front of the next one
};

}  // namespace tokensieve
