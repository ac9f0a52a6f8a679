#pragma once

#include "schemas/event_reader.h"
#include "schemas/json_index.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

/// Hands out every string of an indexed document, keys included, unescaped
/// and with its pointer. Reuses its buffers; not thread-safe.
///
/// Goes on behind any fault, by the brackets alone, so that one bad value
/// hides no other. `event_text::patch` is set on each member named `patch` or
/// `diff`; whether that is a diff depends on the event.
class json_strings {
 public:
  /// False if the document has a fault, so that strings may be missing.
  [[nodiscard]] bool walk(const json_index& document, std::uint32_t number,
                          event_visitor& visitor);

 private:
  enum class expect : std::uint8_t {
    value,      ///< of a member, of an array behind a comma, of the document
    key,        ///< behind a comma
    first,      ///< key or value or end, behind an opening bracket
    colon,      ///< behind a key
    separator,  ///< comma or end, behind a value
  };

  /// An open bracket.
  struct level {
    bool object;
    std::uint64_t element;  ///< number of the array's element
    std::size_t pointer;    ///< size of the bracket's own pointer
  };

  void open(bool object);
  void close(bool object);
  void separate();
  void begin_value();
  void set_key(std::string_view key);
  [[nodiscard]] bool in_object() const {
    return !levels_.empty() && levels_.back().object;
  }
  void require(bool condition) { sound_ = sound_ && condition; }

  std::vector<level> levels_;
  std::string pointer_;
  std::string scratch_;
  expect expect_ = expect::value;
  bool patch_ = false;
  bool sound_ = true;
};

}  // namespace tokensieve
