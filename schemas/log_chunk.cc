#include "schemas/log_chunk.h"

#include <string_view>

namespace tokensieve {
namespace {

std::string_view name_of(log_field::envelope around) {
  switch (around) {
    case log_field::envelope::data:
      return "/data";
    case log_field::envelope::payload:
      return "/payload";
    case log_field::envelope::none:
      break;
  }
  return {};
}

std::string_view name_of(log_field::member name) {
  switch (name) {
    case log_field::member::text:
      return "/text";
    case log_field::member::message:
      return "/message";
    case log_field::member::log:
      return "/log";
    case log_field::member::message_of_syslog:
      return "/MESSAGE";
    case log_field::member::short_message:
      return "/short_message";
    case log_field::member::body:
      return "/body";
    case log_field::member::log_record:
    case log_field::member::none:
      break;
  }
  return {};
}

}  // namespace

std::string log_field::within() const {
  std::string out(name_of(outer));
  out += name_of(inner);
  if (name == member::log_record) {
    out += "/resourceLogs/" + std::to_string(resource) + "/scopeLogs/" +
           std::to_string(scope) + "/logRecords/" + std::to_string(line) +
           "/body/stringValue";
    return out;
  }
  out += name_of(name);
  if (line != k_none) out += '/' + std::to_string(line);
  return out;
}

std::string log_field::pointer() const {
  return (element == k_none ? std::string() : '/' + std::to_string(element)) +
         within();
}

}  // namespace tokensieve
