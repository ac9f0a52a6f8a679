#include "detectors/bytes.h"
#include "detectors/registry.h"
#include "detectors/wipe.h"

#include <algorithm>
#include <optional>

namespace tokensieve {
namespace {

constexpr std::string_view k_server_key = "npmRegistryServer";
constexpr std::size_t k_max_lines = 64;
constexpr std::size_t k_max_bytes = 4096;
// Looks at each byte of a line, and bytes of the window a look.
constexpr std::size_t k_line_work = 16;
constexpr std::size_t k_window_a_look = 4;

std::string_view without_blanks(std::string_view text) noexcept {
  const auto is_space = [](char c) { return is_blank(c) || c == '\r'; };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string_view without_quotes(std::string_view text) noexcept {
  if (!text.empty() && is_quote(text.front())) text.remove_prefix(1);
  if (!text.empty() && is_quote(text.back())) text.remove_suffix(1);
  return text;
}

// `"https://host/path":` or `"//host/path": {`, the key of a mapping, and a
// comment behind it.
std::string registry_of_key(std::string_view content) {
  content = without_blanks(content.substr(0, content.find(" #")));
  if (content.ends_with('{')) content.remove_suffix(1);
  content = without_blanks(content);
  if (!content.ends_with(':')) return {};
  content.remove_suffix(1);
  const std::string_view url = without_quotes(without_blanks(content));
  const bool is_url = url.starts_with("//") || url.starts_with("http://") ||
                      url.starts_with("https://");
  return is_url ? registry_of_url(url) : std::string();
}

// `npmRegistryServer: "https://host/path"`.
std::string registry_of_server(std::string_view content) {
  if (!content.empty() && is_quote(content.front())) content.remove_prefix(1);
  if (!content.starts_with(k_server_key)) return {};
  content.remove_prefix(k_server_key.size());
  if (!content.empty() && is_quote(content.front())) content.remove_prefix(1);
  content = without_blanks(content);
  if (!content.starts_with(':')) return {};
  content = without_blanks(content.substr(1));
  if (!content.empty() && is_quote(content.front())) content.remove_prefix(1);
  const std::size_t end = content.find_first_of("\"'` \t,}");
  return registry_of_url(content.substr(0, end));
}

// A mapping in braces on one line: `"//host": {"npmAuthToken": "..."}` or
// `{"npmRegistryServer": "...", "npmAuthToken": "..."}`. `key` is where the
// token's own key begins in `line`.
std::string flow_registry(std::string_view line, std::size_t key) {
  std::size_t begin = key;
  for (std::size_t depth = 1; begin > 0; --begin) {
    if (line[begin - 1] == '}') ++depth;
    if (line[begin - 1] == '{' && --depth == 0) break;
  }
  if (begin == 0) return {};
  std::size_t depth = 1;
  for (std::size_t at = begin; at < line.size() && depth > 0; ++at) {
    if (line[at] == '{') ++depth;
    if (line[at] == '}') --depth;
    const bool starts = depth == 1 && !is_word(line[at - 1]);
    if (!starts || !stands_at(line, at, k_server_key)) continue;
    if (std::string found = registry_of_server(line.substr(at));
        !found.empty()) {
      return found;
    }
  }
  std::string_view parent = line.substr(0, begin);
  const std::size_t url = std::min(parent.rfind("//"), parent.size());
  const std::size_t quote = parent.find_last_of("\"'`", url);
  return quote == parent.npos ? std::string()
                              : registry_of_key(parent.substr(quote));
}

// `npmRegistries["//host"].npmAuthToken`, as `yarn config set` takes it.
std::string subscript_registry(std::string_view before) {
  if (!before.ends_with("].")) return {};
  before.remove_suffix(2);
  if (before.empty() || !is_quote(before.back())) return {};
  const char quote = before.back();
  before.remove_suffix(1);
  while (before.ends_with('\\'))
    before.remove_suffix(1);
  const std::size_t begin = before.rfind(quote);
  return begin == before.npos ? std::string()
                              : registry_of_url(before.substr(begin + 1));
}

// Mappings in block style: what belongs together is told by columns. What
// stands in front of the indentation of the token's line (a timestamp, a
// patch's sign) is a prefix that every line has in the same length.
class block_mapping {
 public:
  block_mapping(std::string_view text, std::size_t key, bool patch,
                work_budget& work)
      : text_(text), patch_(patch), work_(work) {
    const std::size_t line_end = text.rfind('\n', key);
    begin_ = line_end == text.npos ? 0 : line_end + 1;
    end_ = std::min(text.find('\n', key), text.size());
    column_ = key - begin_;
    std::size_t prefix = key;
    while (prefix > begin_ && is_blank(text[prefix - 1]))
      --prefix;
    prefix_ = std::max(prefix - begin_, patch ? std::size_t{1} : 0);
  }

  std::string registry() const {
    if (auto found = search_before()) return *found;
    return search_behind();
  }

 private:
  struct content {
    std::string_view text;
    std::size_t column;
  };

  // Nothing for lines that say nothing: blank ones, comments, those of the
  // other side of a patch.
  std::optional<content> content_of(std::string_view line) const {
    work_.spend(k_line_work * (1 + line.size()));
    if (line.size() <= prefix_ || (patch_ && is_other_side(line.front()))) {
      return std::nullopt;
    }
    const std::size_t column = line.find_first_not_of(" \t\r", prefix_);
    if (column == line.npos || line[column] == '#') return std::nullopt;
    return content{line.substr(column), column};
  }

  bool is_other_side(char sign) const noexcept {
    return text_[begin_] == '-' ? sign == '+' : sign == '-';
  }

  bool is_hunk_header(std::string_view line) const noexcept {
    return patch_ && line.starts_with("@@");
  }

  // The registry by a sibling or by the key of the parent; empty if the parent
  // was found and is none.
  std::optional<std::string> search_before() const {
    std::size_t end = begin_;
    for (std::size_t i = 0;
         i < k_max_lines && end > 0 && begin_ - end < k_max_bytes; ++i) {
      const std::size_t line_end = end - 1;
      const std::size_t previous =
          line_end == 0 ? text_.npos : text_.rfind('\n', line_end - 1);
      end = previous == text_.npos ? 0 : previous + 1;
      const std::string_view line = text_.substr(end, line_end - end);
      if (is_hunk_header(line)) break;
      const auto found = content_of(line);
      if (!found || found->column > column_) continue;
      std::string registry = found->column < column_
                                 ? registry_of_key(found->text)
                                 : registry_of_server(found->text);
      if (!registry.empty()) return registry;
      if (found->column < column_) break;
    }
    return std::nullopt;
  }

  std::string search_behind() const {
    std::size_t begin = end_ + 1;
    for (std::size_t i = 0;
         i < k_max_lines && begin < text_.size() && begin - end_ < k_max_bytes;
         ++i) {
      const std::size_t line_end =
          std::min(text_.find('\n', begin), text_.size());
      const std::string_view line = text_.substr(begin, line_end - begin);
      begin = line_end + 1;
      if (is_hunk_header(line)) break;
      const auto found = content_of(line);
      if (!found || found->column > column_) continue;
      if (found->column < column_) break;
      if (std::string registry = registry_of_server(found->text);
          !registry.empty()) {
        return registry;
      }
    }
    return {};
  }

  const std::string_view text_;
  const bool patch_;
  work_budget& work_;
  std::size_t begin_;   // of the token's line
  std::size_t end_;     // its LF, or the end of the text
  std::size_t column_;  // of the token's key
  std::size_t prefix_;
};

// Whole lines around `name`, where lines are that short: a line of many
// megabytes must cost no more than a short one.
void cut_to_window(std::string_view& text, std::size_t& name) {
  std::size_t begin = name - std::min(name, k_max_bytes);
  if (begin > 0) {
    const std::size_t line = text.substr(0, name).find('\n', begin - 1);
    if (line != text.npos) begin = line + 1;
  }
  text = text.substr(begin, name - begin + k_max_bytes);
  name -= begin;
  if (text.size() == name + k_max_bytes) {
    const std::size_t line = text.rfind('\n');
    if (line != text.npos && line > name) text = text.substr(0, line);
  }
}

// The registry by what stands in `text` as it is.
std::string registry_around(std::string_view text, std::size_t name, bool patch,
                            work_budget& work) {
  const std::size_t line_end = text.rfind('\n', name);
  const std::size_t line_begin = line_end == text.npos ? 0 : line_end + 1;
  const std::string_view line = text.substr(
      line_begin, std::min(text.find('\n', name), text.size()) - line_begin);
  work.spend(k_line_work * line.size());
  std::size_t key = name - line_begin;
  if (std::string found = subscript_registry(line.substr(0, key));
      !found.empty()) {
    return found;
  }
  if (key > 0 && is_quote(line[key - 1])) --key;
  if (std::string found = flow_registry(line, key); !found.empty()) {
    return found;
  }
  return block_mapping(text, line_begin + key, patch, work).registry();
}

// The registry by what the literal says in which `name` stands: a file may be
// written as one, with escapes for its line ends, on one line of `text`.
std::string registry_in_literal(std::string_view text, std::size_t name,
                                work_budget& work) {
  const std::size_t line_end = text.rfind('\n', name);
  const std::size_t begin = line_end == text.npos ? 0 : line_end + 1;
  const std::size_t end = std::min(text.find('\n', name), text.size());
  work.spend(k_line_work * (end - begin));
  std::string meant = without_escapes(text.substr(begin, name - begin));
  const wiped_at_end wipe(meant);
  const std::size_t meant_name = meant.size();
  std::string behind = without_escapes(text.substr(name, end - name));
  const wiped_at_end wipe_behind(behind);  // it holds the token
  reserve_wiped(meant, meant_name + behind.size());
  meant += behind;
  const std::size_t first_line_end = meant.find('\n');
  if (first_line_end == meant.npos) return {};
  // What stands in front of the literal is no part of its first line, which
  // may begin with a key of the mapping.
  const std::size_t key = std::min(meant.find(k_server_key), meant_name);
  const std::size_t colon = std::min(meant.find(':', key), meant.size());
  const bool first =
      key > 0 && key < first_line_end && is_quote(meant[key - 1]) &&
      std::all_of(meant.begin() + static_cast<std::ptrdiff_t>(key),
                  meant.begin() + static_cast<std::ptrdiff_t>(colon), is_word);
  const std::size_t skipped = first ? key : 0;
  return registry_around(std::string_view(meant).substr(skipped),
                         meant_name - skipped, false, work);
}

}  // namespace

std::string yarn_registry(std::string_view text, std::size_t name, bool patch,
                          work_budget& work) {
  cut_to_window(text, name);
  work.spend(text.size() / k_window_a_look);
  std::string found = registry_in_literal(text, name, work);
  return found.empty() ? registry_around(text, name, patch, work) : found;
}

}  // namespace tokensieve
