#pragma once

#include "schemas/dead_letter.h"
#include "schemas/json_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace simdjson::dom {
class parser;
}

namespace tokensieve {

/// The entries of a `json_index`, which must outlive them. Cheap to copy: a
/// loop over many has its copy in registers.
class json_entries {
 public:
  [[nodiscard]] std::uint32_t size() const noexcept { return size_; }

  /// The byte at entry `i`. REQUIRES: i <= size(); 0 at size().
  [[nodiscard]] char kind(std::uint32_t i) const noexcept {
    return i < size_ ? text_[places_[i]] : '\0';
  }

  /// The string at entry `i` between its quotes, escapes and all.
  /// REQUIRES: kind(i) == '"'.
  [[nodiscard]] std::string_view raw_string(std::uint32_t i) const noexcept {
    const std::string_view quoted = scalar(i);
    return quoted.substr(1, quoted.size() - 2);
  }

  /// The string or scalar at entry `i` as written. REQUIRES: i < size().
  [[nodiscard]] std::string_view scalar(std::uint32_t i) const noexcept {
    const char* const begin = text_ + places_[i];
    const char* end = text_ + places_[i + 1];
    while (is_json_blank(end[-1]))
      --end;
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  /// The entry behind the value at `i`. Brackets are counted, their kinds are
  /// not compared. size() where the value does not end.
  [[nodiscard]] std::uint32_t behind(std::uint32_t i) const noexcept {
    int deepest = 0;
    return behind(i, deepest);
  }
  /// As above, and raises `deepest` to the depth of the brackets in the value.
  [[nodiscard]] std::uint32_t behind(std::uint32_t i,
                                     int& deepest) const noexcept {
    const char first = kind(i);
    // Most values are scalars and strings.
    return first == '{' || first == '[' ? behind_brackets(i, deepest)
                                        : std::min(i + 1, size_);
  }

  /// Depth of the deepest bracket of all.
  [[nodiscard]] int depth() const noexcept;

 protected:
  const char* text_ = nullptr;
  const std::uint32_t* places_ = nullptr;  ///< [size_] is the document's size
  std::uint32_t size_ = 0;

 private:
  [[nodiscard]] std::uint32_t behind_brackets(std::uint32_t i,
                                              int& deepest) const noexcept;
};

/// simdjson's structural index of one JSON document: the place of each
/// bracket, colon and comma, and of the first byte of each string and scalar.
/// Entries are numbered from 0. That an index exists says that the bytes are
/// UTF-8 and that every string ends; nothing else is checked.
///
/// The index and not simdjson's readers, because every string has to be found
/// in documents that no reader accepts as well.
///
/// Owns its memory and reuses it; not thread-safe.
class json_index : public json_entries {
 public:
  json_index();
  ~json_index();
  json_index(const json_index&) = delete;
  json_index& operator=(const json_index&) = delete;

  /// Indexes `json`; the reason why that cannot be done, if any. Below
  /// simdjson's padding in `readable_behind` the bytes are copied first, else
  /// they must outlive the index.
  [[nodiscard]] std::optional<dead_letter_reason> build(
      std::string_view json, std::size_t readable_behind);

  /// Gives the memory of a large document back.
  void shrink() noexcept;

 private:
  void reserve(std::size_t size);

  std::unique_ptr<simdjson::dom::parser> parser_;
  std::size_t capacity_ = 0;
  std::unique_ptr<char[]> copy_;
  std::size_t copy_capacity_ = 0;
};

}  // namespace tokensieve
