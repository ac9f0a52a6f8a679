#include "schemas/json_value.h"

#include "schemas/json_text.h"

namespace tokensieve {

std::optional<json_value> json_value::member(std::string_view name) const {
  std::optional<json_value> found;
  if (!is_object()) return found;
  std::uint32_t i = entry_ + 1;
  while (document_->kind(i) == '"' && document_->kind(i + 1) == ':') {
    if (document_->raw_string(i) == name) found.emplace(*document_, i + 2);
    i = document_->behind(i + 2);
    if (document_->kind(i) != ',') break;
    ++i;
  }
  return found;
}

std::optional<json_value> json_value::first_element() const {
  if (!is_array()) return {};
  const json_value first(*document_, entry_ + 1);
  if (first.kind() == ']' || first.kind() == '\0') return {};
  return first;
}

std::optional<json_value> json_value::next_element() const {
  const std::uint32_t comma = document_->behind(entry_);
  if (document_->kind(comma) != ',') return {};
  return json_value(*document_, comma + 1);
}

std::optional<std::string> json_value::text() const {
  switch (kind()) {
    case '"': {
      std::string scratch;
      return std::string(
          unescape_json(document_->raw_string(entry_), scratch).text);
    }
    case '{':
    case '[':
      return {};
    default: {
      const std::string_view written = document_->scalar(entry_);
      if (written == "null" || !is_json_scalar(written)) return {};
      return std::string(written);
    }
  }
}

std::optional<json_value> json_elements::at(const json_value& array,
                                            std::uint64_t number) {
  if (!last_ || array_ != array.entry() || number_ > number) {
    array_ = array.entry();
    number_ = 0;
    last_ = array.first_element();
  }
  while (last_ && number_ < number) {
    last_ = last_->next_element();
    ++number_;
  }
  return last_;
}

}  // namespace tokensieve
