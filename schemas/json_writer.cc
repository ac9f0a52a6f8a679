#include "schemas/json_writer.h"

#include "schemas/json_text.h"

#include <algorithm>

namespace tokensieve {
namespace {

// An ASCII character that no string escapes.
bool stands_for_itself(char c) noexcept {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

json_writer& json_writer::begin_object() {
  separate();
  out_.push_back('{');
  comma_ = false;
  return *this;
}

json_writer& json_writer::end_object() {
  out_.push_back('}');
  comma_ = true;
  return *this;
}

json_writer& json_writer::begin_array() {
  separate();
  out_.push_back('[');
  comma_ = false;
  return *this;
}

json_writer& json_writer::end_array() {
  out_.push_back(']');
  comma_ = true;
  return *this;
}

json_writer& json_writer::name(std::string_view name) {
  separate();
  append_quoted(name);
  out_.push_back(':');
  comma_ = false;
  return *this;
}

json_writer& json_writer::value(std::string_view text) {
  separate();
  append_quoted(text);
  return *this;
}

json_writer& json_writer::value(std::uint64_t number) {
  separate();
  out_.append(std::to_string(number));
  return *this;
}

json_writer& json_writer::value(std::int64_t number) {
  separate();
  out_.append(std::to_string(number));
  return *this;
}

json_writer& json_writer::null() {
  separate();
  out_.append("null");
  return *this;
}

void json_writer::separate() {
  if (comma_) out_.push_back(',');
  comma_ = true;
}

void json_writer::append_quoted(std::string_view text) {
  out_.push_back('"');
  // Nearly all of a request.
  const auto* const rest = std::ranges::find_if_not(text, stands_for_itself);
  out_.append(text.begin(), rest);
  if (rest != text.end()) append_escaped(as_utf8({rest, text.end()}));
  out_.push_back('"');
}

void json_writer::append_escaped(std::string_view text) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  for (const char c : text) {
    switch (c) {
      case '"':
        out_.append("\\\"");
        break;
      case '\\':
        out_.append("\\\\");
        break;
      case '\b':
        out_.append("\\b");
        break;
      case '\f':
        out_.append("\\f");
        break;
      case '\n':
        out_.append("\\n");
        break;
      case '\r':
        out_.append("\\r");
        break;
      case '\t':
        out_.append("\\t");
        break;
      default:
        if (const auto code = static_cast<unsigned char>(c); code < 0x20) {
          out_.append("\\u00");
          out_.push_back(k_hex[code >> 4]);
          out_.push_back(k_hex[code & 0xF]);
        } else {
          out_.push_back(c);
        }
    }
  }
}

}  // namespace tokensieve
