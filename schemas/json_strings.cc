#include "schemas/json_strings.h"

#include "schemas/json_text.h"

#include <charconv>
#include <string_view>

namespace tokensieve {

bool json_strings::walk(const json_index& document, std::uint32_t number,
                        event_visitor& visitor) {
  levels_.clear();
  pointer_.clear();
  expect_ = expect::value;
  patch_ = false;
  sound_ = true;
  for (std::uint32_t i = 0; i < document.size(); ++i) {
    switch (document.kind(i)) {
      case '{':
        open(true);
        break;
      case '[':
        open(false);
        break;
      case '}':
        close(true);
        break;
      case ']':
        close(false);
        break;
      case ',':
        separate();
        break;
      case ':':
        require(expect_ == expect::colon);
        expect_ = expect::value;
        break;
      case '"': {
        const auto [text, well_formed] =
            unescape_json(document.raw_string(i), scratch_);
        require(well_formed);
        if (in_object() && document.kind(i + 1) == ':') {
          require(expect_ == expect::first || expect_ == expect::key);
          pointer_.resize(levels_.back().pointer);
          visitor.on_text({.text = text,
                           .pointer = pointer_,
                           .document = number,
                           .key = true});
          set_key(text);
        } else {
          begin_value();
          visitor.on_text({.text = text,
                           .pointer = pointer_,
                           .document = number,
                           .patch = in_object() && patch_});
          expect_ = expect::separator;
        }
        break;
      }
      default:
        begin_value();
        require(is_json_scalar(document.scalar(i)));
        expect_ = expect::separator;
    }
  }
  return sound_ && levels_.empty() && expect_ == expect::separator;
}

void json_strings::open(bool object) {
  begin_value();
  levels_.push_back({object, 0, pointer_.size()});
  expect_ = expect::first;
}

void json_strings::close(bool object) {
  require(expect_ == expect::separator || expect_ == expect::first);
  expect_ = expect::separator;
  require(!levels_.empty() && levels_.back().object == object);
  if (levels_.empty()) return;
  pointer_.resize(levels_.back().pointer);
  levels_.pop_back();
}

void json_strings::separate() {
  require(!levels_.empty() && expect_ == expect::separator);
  if (levels_.empty()) return;
  ++levels_.back().element;
  expect_ = in_object() ? expect::key : expect::value;
}

void json_strings::begin_value() {
  if (levels_.empty()) {
    require(expect_ == expect::value);
    return;
  }
  const level& inside = levels_.back();
  if (inside.object) {
    require(expect_ == expect::value);
    if (expect_ != expect::value) pointer_.resize(inside.pointer);
    return;
  }
  require(expect_ == expect::value || expect_ == expect::first);
  pointer_.resize(inside.pointer);
  pointer_.push_back('/');
  char digits[20];
  const auto end =
      std::to_chars(std::begin(digits), std::end(digits), inside.element).ptr;
  pointer_.append(digits, end);
}

void json_strings::set_key(std::string_view key) {
  append_pointer_token(pointer_, key);
  patch_ = key == "patch" || key == "diff";
  expect_ = expect::colon;
}

}  // namespace tokensieve
