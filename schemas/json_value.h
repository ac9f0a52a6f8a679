#pragma once

#include "schemas/json_index.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// A value of an indexed document: a place in the index, cheap to copy. Valid
/// while the index is. Finds what can be found in a document with faults.
class json_value {
 public:
  json_value(const json_index& document, std::uint32_t entry) noexcept
      : document_(&document), entry_(entry) {}

  [[nodiscard]] std::uint32_t entry() const noexcept { return entry_; }
  [[nodiscard]] bool is_object() const noexcept { return kind() == '{'; }
  [[nodiscard]] bool is_array() const noexcept { return kind() == '['; }
  [[nodiscard]] bool is_string() const noexcept { return kind() == '"'; }

  /// A member of an object; the last one of that name. `name` is compared
  /// with the key as written.
  [[nodiscard]] std::optional<json_value> member(std::string_view name) const;

  /// The first element of an array.
  [[nodiscard]] std::optional<json_value> first_element() const;

  /// The element behind this one in its array.
  [[nodiscard]] std::optional<json_value> next_element() const;

  /// A string unescaped, a number or a boolean as written; nothing else.
  [[nodiscard]] std::optional<std::string> text() const;

 private:
  [[nodiscard]] char kind() const noexcept { return document_->kind(entry_); }

  const json_index* document_;
  std::uint32_t entry_;
};

/// Finds elements of an array by number; quick where the numbers rise, as
/// those of the strings of a document do.
class json_elements {
 public:
  void reset() noexcept { last_.reset(); }

  [[nodiscard]] std::optional<json_value> at(const json_value& array,
                                             std::uint64_t number);

 private:
  std::uint32_t array_ = 0;
  std::uint64_t number_ = 0;
  std::optional<json_value> last_;
};

}  // namespace tokensieve
