#pragma once

#include "schemas/event_reader.h"

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A text that a reader handed out, as it is compared in tests.
struct collected_text {
  std::string pointer;
  std::string text;
  std::uint32_t document = 0;
  bool key = false;
  bool patch = false;

  auto operator<=>(const collected_text&) const = default;

  friend std::ostream& operator<<(std::ostream& out,
                                  const collected_text& text) {
    return out << '{' << text.document << " \"" << text.pointer << "\" \""
               << text.text << '"' << (text.key ? " key" : "")
               << (text.patch ? " patch" : "") << '}';
  }
};

/// An event that a reader has read, with everything that it handed out.
class collected_event final : public event_visitor {
 public:
  explicit collected_event(std::string_view value,
                           std::string_view content_type = {})
      : value_(value) {
    const event_bytes event{.value = value_, .content_type = content_type};
    reason = reader_.read(event, *this);
    event_reader other;
    checked = other.check(event);
  }

  void on_text(const event_text& text) override {
    texts.push_back({.pointer = std::string(text.pointer),
                     .text = std::string(text.text),
                     .document = text.document,
                     .key = text.key,
                     .patch = text.patch});
  }

  [[nodiscard]] leak describe(std::string_view pointer,
                              std::uint32_t document = 0) const {
    return reader_.describe(document, pointer);
  }

  /// The values at `pointer`: no keys.
  [[nodiscard]] std::vector<std::string> at(std::string_view pointer) const {
    std::vector<std::string> found;
    for (const collected_text& text : texts) {
      if (!text.key && text.pointer == pointer) found.push_back(text.text);
    }
    return found;
  }

  /// Was the whole event handed out as it stands?
  [[nodiscard]] bool has_raw_bytes() const {
    for (const collected_text& text : texts) {
      if (text.pointer.empty() && !text.key && text.text == value_) return true;
    }
    return false;
  }

  std::optional<dead_letter_reason> reason;
  std::optional<dead_letter_reason> checked;  ///< what `check` alone says
  std::vector<collected_text> texts;

 private:
  std::string value_;
  event_reader reader_;
};

}  // namespace tokensieve
