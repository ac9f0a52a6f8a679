// Tokens in random stacks of encodings, among other text and cut, against a
// reference that decodes everything. `mutants/` builds this file against
// detectors with a fault in them and expects it to fail.

#include "tests/detectors/stacks.h"

#include "tests/detectors/encoders.h"
#include "tests/detectors/reference_readings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

using reference::reading;
using stacks::shape;

std::vector<std::string> names_of(const finding& found) {
  std::vector<std::string> names;
  for (const token_encoding encoding : found.encodings)
    names.emplace_back(to_string(encoding));
  return names;
}

std::vector<finding> found_in(const std::string& text, bool patch) {
  static scanner finder = samples::make_scanner();
  std::vector<finding> found;
  if (!finder.scan(text, {.patch = patch}, found)) found.clear();
  return found;
}

bool is_lettered(const std::string& encoding) {
  return encoding == "base64" || encoding == "hex";
}

// The readings of `value` that undo the least.
std::vector<reading> shortest(const std::vector<reading>& all,
                              std::string_view value) {
  std::vector<reading> least;
  for (const reading& one : all) {
    if (one.value != value) continue;
    if (!least.empty() && one.encodings.size() > least[0].encodings.size())
      continue;
    if (!least.empty() && one.encodings.size() < least[0].encodings.size())
      least.clear();
    least.push_back(one);
  }
  return least;
}

// What is wrong with the text of a shape, nothing if all is well.
std::string fault_of(const shape& tried) {
  const stacks::rendered made = stacks::render(tried);
  const auto readings = shortest(reference::readings_of(made.text), made.value);
  if (readings.empty()) return "the reference does not read it";
  const auto found = found_in(made.text, tried.patch);
  if (found.size() != 1)
    return "found " + std::to_string(found.size()) + " times";
  if (found[0].token.reveal() != made.value) return "another value";
  if ((found[0].kind == token_kind::granular) != (tried.context == 0))
    return "another kind";
  // Beside a token that is not encoded so it may stand too far away.
  const bool encoded = found[0].encodings.size() == tried.layers.size();
  if (encoded && found[0].registry != made.registry)
    return "registry '" + found[0].registry + '\'';
  const auto names = names_of(found[0]);
  const auto is_same = [&](const reading& one) {
    // Without padding, a word of the next line may seem to be of the run.
    const bool padded = made.text[one.end - 1] == '=';
    const bool lettered = std::ranges::any_of(names, is_lettered);
    return one.encodings == names && one.begin == found[0].begin &&
           (one.end == found[0].end || (lettered && !padded));
  };
  if (std::ranges::none_of(readings, is_same)) {
    return "read as " + ::testing::PrintToString(names) + " at " +
           std::to_string(found[0].begin) + " for " +
           ::testing::PrintToString(readings[0].encodings) + " at " +
           std::to_string(readings[0].begin);
  }
  if (!samples::may_hold_token(made.text)) return "the prefilter misses it";
  for (const std::string& json : stacks::as_json(made.text)) {
    if (!samples::may_hold_token(json)) return "the prefilter misses its JSON";
  }
  if (!found_in(stacks::render(tried, true).text, tried.patch).empty())
    return "found without a token";
  return {};
}

// The simplest shape with a fault that the simpler ones of `tried` lead to.
shape simplest(shape tried,
               const std::function<std::string(const shape&)>& fault) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const shape& next : stacks::simpler(tried)) {
      if (fault(next).empty()) continue;
      tried = next;
      changed = true;
      break;
    }
  }
  return tried;
}

void expect_none(unsigned first_seed, unsigned rounds,
                 const std::function<std::string(const shape&)>& fault) {
  for (unsigned seed = first_seed; seed < first_seed + rounds; ++seed) {
    const shape tried = stacks::random_shape(seed);
    if (fault(tried).empty()) continue;
    const shape least = simplest(tried, fault);
    FAIL() << fault(least) << ": " << stacks::describe(least)
           << "\n  made simpler from " << stacks::describe(tried);
  }
}

TEST(stacks, of_compressed_text_are_read_by_the_reference) {
  samples::generator random(1);
  const std::string token = samples::granular(random);
  for (const std::string name : {"gzip", "zlib"}) {
    const std::string text =
        "x: " + samples::base64(
                    encoders::wrap(name, "a\nt=" + token + "\n", random).text);
    EXPECT_EQ(
        reference::readings_of(text),
        (std::vector<reading>{{token, {"base64", name}, 3, text.size()}}));
  }
}

TEST(stacks, are_read_as_the_reference_reads_them) {
  expect_none(1, 250, fault_of);
}

// Cut anywhere behind, and in front where a line begins: what is left is found
// if the reference can read it, and nothing else is.
TEST(stacks, cut_anywhere_are_read_as_the_reference_reads_them) {
  expect_none(100'000, 1'000, [](const shape& tried) -> std::string {
    const stacks::rendered made = stacks::render(tried);
    samples::generator random(tried.seed);
    std::size_t begin = random.below(made.text.size());
    begin = made.text.rfind('\n', begin);
    begin = begin == made.text.npos || random.chance(2) ? 0 : begin + 1;
    const std::size_t size = random.below(made.text.size() - begin + 1);
    const std::string text = made.text.substr(begin, size);
    const auto readings = reference::readings_of(text);
    const auto found = found_in(text, tried.patch);
    for (const finding& one : found) {
      const bool is_read = std::ranges::any_of(readings, [&](const auto& read) {
        return read.value == one.token.reveal() &&
               read.encodings == names_of(one);
      });
      if (!is_read) return "the reference does not read it";
    }
    for (const reading& one : readings) {
      const bool is_found = std::ranges::any_of(found, [&](const auto& other) {
        return other.token.reveal() == one.value;
      });
      // Cut within a character, UTF-16 reads as the other byte order.
      const bool utf16 = std::ranges::any_of(
          one.encodings,
          [](const std::string& name) { return name.starts_with("utf-16"); });
      if (reference::is_promised(one) && !utf16 && !is_found) return "missed";
    }
    return {};
  });
}

}  // namespace
}  // namespace tokensieve
