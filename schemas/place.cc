#include "schemas/place.h"

#include <algorithm>

namespace tokensieve {

locator::locator(std::string_view text, bool patch) noexcept
    : text_(text), patch_(patch) {
  rewind();
}

text_place locator::at(std::size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < line_begin_) rewind();
  while (offset > line_end_) {  // so there is another line
    line_begin_ = line_end_ + 1;
    ++line_;
    enter_line();
  }
  text_place found{
      .line = line_, .column = offset - line_begin_ + 1, .side = {}};
  if (in_diff_) {
    // A hunk of nothing but removed lines says that the new file has line 0.
    found.line = std::max<std::uint64_t>(in_diff_->line, 1);
    found.column = std::max<std::uint64_t>(found.column, 2) - 1;
    found.side = in_diff_->side;
  }
  return found;
}

void locator::rewind() {
  walk_ = {};
  line_ = 1;
  line_begin_ = 0;
  enter_line();
}

void locator::enter_line() {
  line_end_ = std::min(text_.find('\n', line_begin_), text_.size());
  if (patch_) {
    in_diff_ = walk_.next(text_.substr(line_begin_, line_end_ - line_begin_));
  }
}

text_place locate(std::string_view text, std::size_t offset, bool patch) {
  return locator(text, patch).at(offset);
}

}  // namespace tokensieve
