#include "schemas/json_writer.h"

#include "schemas/json_text.h"

namespace tokensieve {

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
  constexpr std::string_view k_hex = "0123456789abcdef";
  out_.push_back('"');
  for (const char c : as_utf8(text)) {
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
  out_.push_back('"');
}

}  // namespace tokensieve
