#include "detectors/unit_decoder.h"

#include "detectors/fixed_texts.h"
#include "detectors/token_form.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tokensieve {
namespace {

// What is decoded around a trigger: in front of it the key that a token
// belongs to, behind it a token in three layers of base64.
constexpr std::size_t k_reach_back = 2'048;
constexpr std::size_t k_reach = 8'192;
constexpr std::size_t k_overlap = 2'048;

// So many units of a text, one behind the other, are trigger enough.
constexpr std::size_t k_enough = 5;

// How far from a trigger of another decoder its run may be interrupted.
constexpr std::size_t k_near = 512;

// No unit is longer.
constexpr std::size_t k_max_unit = 32;
constexpr std::size_t k_max_stretch = std::size_t{1} << 20;

void append_utf8(std::uint32_t code, std::string& out) {
  const auto continued = [&](unsigned shift) {
    out += static_cast<char>(0x80 | (code >> shift & 0x3f));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    continued(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    continued(6);
    continued(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18 & 7));
    continued(12);
    continued(6);
    continued(0);
  }
}

}  // namespace

// `c` as it is or encoded.
std::string unit_decoder::maybe(char c, bool raw) const {
  const std::string other = encoded(c, raw);
  return other.empty() ? std::string(1, c)
                       : "(?:" + std::string(1, c) + "|" + other + ")";
}

// `text` with at least one unit in it, as literals: each letter as it is or
// encoded; or with a unit that stands for nothing in front of a letter, and
// any number of them behind it.
void unit_decoder::add_broken(std::string_view text, bool raw,
                              std::vector<std::string>& all) const {
  const std::string invisible = notation_of(raw).invisible;
  const std::size_t choices = std::size_t{1} << text.size();
  for (std::size_t chosen = 1; chosen < choices; ++chosen) {
    std::string expression;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string other = encoded(text[i], raw);
      if (other.empty()) return add_interrupted(text, invisible, all);
      expression += (chosen >> i & 1) != 0 ? other : std::string(1, text[i]);
    }
    all.push_back(std::move(expression));
  }
  if (!invisible.empty()) add_interrupted(text, invisible, all);
}

void unit_decoder::add_interrupted(std::string_view text,
                                   const std::string& invisible,
                                   std::vector<std::string>& all) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    std::string expression(text.substr(0, i));
    expression += invisible + '+' + text[i];
    for (std::size_t behind = i + 1; behind < text.size(); ++behind)
      expression += invisible + '*' + text[behind];
    all.push_back(std::move(expression));
  }
}

// A token or a name in clear with a unit behind it. In raw bytes the
// signatures match them, so there only names with a unit in them are left.
void unit_decoder::add_names(const notation& how, bool raw,
                             std::vector<std::string>& all) const {
  const std::string auth = "[aA][uU][tT][hH]";
  const std::string npm = "[nN][pP][mM]";
  const std::string token = "[tT][oO][kK][eE][nN]";
  if (raw) {
    const std::string score = encoded('_', raw);
    if (score.empty()) return;
    all.push_back(score + auth + token);
    all.push_back("(?:" + npm + "|" + auth + ")" + score + token);
    return;
  }
  const std::string score = maybe('_', raw);
  const std::string names =
      "(?:" + auth + "|" + npm + score + "|" + auth + score + ")" + token;
  const std::string& behind =
      how.behind_name.empty() ? how.any : how.behind_name;
  all.push_back("npm_[A-Za-z0-9]{0,35}" + how.any);
  all.push_back(names + behind);
  all.push_back(names + R"([ \t=:>"'`\\]{1,4}[0-9A-Fa-f-]{0,35})" + behind);
}

std::vector<std::string> unit_decoder::patterns(bool raw) const {
  notation how = notation_of(raw);
  std::vector<std::string> all = std::move(how.more);
  add_broken(k_granular_prefix, raw, all);
  add_names(how, raw, all);
  std::set<std::string> inside;
  for (const std::string& text : texts_inside(1)) {
    if (text != k_granular_prefix) inside.insert(text.substr(0, k_enough));
  }
  for (const std::string& text : inside) {
    for (std::string& form : forms(text, raw))
      all.push_back(std::move(form));
  }
  return all;
}

std::vector<std::string> unit_decoder::forms(std::string_view text,
                                             bool raw) const {
  std::string form;
  for (const char c : text)
    form += encoded(c, raw);
  return {form};
}

std::vector<std::string> unit_decoder::text_patterns() const {
  return patterns(false);
}
std::vector<std::string> unit_decoder::raw_patterns() const {
  return patterns(true);
}

std::optional<encoded_run> unit_decoder::find_run(
    std::string_view text, bool, decoder_trigger trigger,
    run_memory& memory) const noexcept {
  std::size_t& covered = memory.covered.front();
  if (trigger.end <= covered) return std::nullopt;
  encoded_run found;
  found.piece.begin = trigger.end - std::min(trigger.end, k_reach_back);
  found.piece.end = std::min(trigger.end + k_reach, text.size());
  covered = found.piece.end == text.size() ? text.size()
                                           : found.piece.end - k_overlap;

  // The piece begins between two units where it begins among units, and the
  // stretch of them where the first does: it may be that of the last piece.
  for (std::size_t i = 0; i < k_max_unit && found.piece.begin > 0; ++i) {
    if (unit_before(text, found.piece.begin + i) == 0) continue;
    found.piece.begin += i;
    break;
  }
  std::size_t stretch = found.piece.begin;
  const std::size_t limit = stretch - std::min(stretch, k_max_stretch);
  while (stretch > limit) {
    if (stretch <= memory.anchor) {
      stretch = memory.run.begin;
      break;
    }
    const std::size_t size = unit_before(text, stretch);
    if (size == 0) break;
    stretch -= size;
  }
  memory.anchor = found.piece.begin;
  memory.run = {stretch, found.piece.end};
  found.run = memory.run;
  return found;
}

std::optional<encoded_run> unit_decoder::find_interruption(
    std::string_view text, std::size_t end, run_memory& memory) const noexcept {
  if (end <= memory.covered.front()) return std::nullopt;
  const std::size_t begin = end - std::min(end, k_near);
  const std::size_t limit = std::min(text.size(), end + k_near);
  for (std::size_t at = std::max(begin, memory.searched); at < limit; ++at) {
    if (unit_at(text, at).size > 0) memory.interruption = at + 1;
  }
  memory.searched = std::max(memory.searched, limit);
  if (memory.interruption <= begin) return std::nullopt;
  return find_run(text, false, {0, end}, memory);
}

// The size of the unit that ends at `at`, 0 for none.
std::size_t unit_decoder::unit_before(std::string_view text,
                                      std::size_t at) const noexcept {
  for (std::size_t size = 2; size <= k_max_unit && size <= at; ++size) {
    if (unit_at(text, at - size).size == size) return size;
  }
  return 0;
}

void unit_decoder::decode(std::string_view text, const encoded_run& run,
                          std::string& out,
                          std::vector<decoded_place>& places) const {
  std::size_t stretch = run.run.begin;
  std::size_t at = run.piece.begin;
  while (at < run.piece.end) {
    const unit next = unit_at(text, at);
    const std::size_t end = at + std::max<std::size_t>(next.size, 1);
    if (end > run.piece.end) break;  // the next piece has all of it
    if (next.size == 0) {
      out += text[at];
      stretch = end;
    } else if (next.what == meaning::byte) {
      out += static_cast<char>(next.code);
    } else if (next.what == meaning::character) {
      append_utf8(next.code, out);
    }
    while (places.size() < out.size()) {
      places.push_back({static_cast<std::uint32_t>(at),
                        static_cast<std::uint32_t>(end),
                        static_cast<std::uint32_t>(stretch), next.size > 0});
    }
    at = end;
  }
}

}  // namespace tokensieve
