#pragma once

#include "pipeline/assembler.h"
#include "pipeline/inspector.h"
#include "pipeline/seam_table.h"
#include "schemas/place.h"
#include "tests/detectors/samples.h"
#include "tests/pipeline/packed_records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tokensieve {

/// A request in short: the token, and where it says that it begins.
struct seen {
  std::string token;
  std::string registry;
  std::int64_t offset = 0;
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string encodings{};

  auto operator<=>(const seen&) const = default;
};

inline void PrintTo(const seen& one, std::ostream* out) {
  *out << one.token << " of '" << one.registry << "' at " << one.offset << ':'
       << one.line << ':' << one.column << ' ' << one.encodings;
}

inline std::string encodings_of(const finding& found) {
  std::string names;
  for (const token_encoding one : found.encodings)
    names += std::string(to_string(one)) + ' ';
  return names;
}

/// Text as a JSON writer puts it between quotes.
inline std::string json(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr std::string_view k_digits = "0123456789abcdef";
      out += c < 0x10 ? "\\u000" : "\\u001";
      out += k_digits[static_cast<unsigned char>(c) % 16];
    } else {
      out += c;
    }
  }
  return out;
}

/// A writer of JSON cannot cut there.
inline bool is_within_character(std::string_view text, std::size_t cut) {
  return (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80;
}

inline std::string event(std::string_view stream, std::string_view text,
                         std::optional<std::uint64_t> sequence = {}) {
  std::string made =
      R"({"type":"build_log","repository":"acme/web","stream":")";
  made.append(stream) += '"';
  if (sequence) made += R"(,"sequence":)" + std::to_string(*sequence);
  return made + R"(,"text":")" + json(text) + R"(","build":"7"})";
}

/// Inspector, seam table and assembler as the engine wires them; records
/// arrive at rising offsets of one partition.
class seam_table_test : public testing::Test {
 protected:
  void start(std::size_t max_bytes = 1 << 20,
             token_confidence minimum = token_confidence::medium) {
    seams_.emplace(patterns(), minimum, scanner::k_max_depth, max_bytes);
    assembler_.emplace(assembler_options{}, committed_, &*seams_);
    requests_.clear();
    sightings_ = 0;
    offset_ = 0;
  }

  static std::shared_ptr<const signatures> patterns() {
    static const auto k_patterns = signatures::compile();
    return k_patterns;
  }

  struct input {
    std::string value;
    std::string key{};
    std::string topic = "ci.build-logs";
    std::int32_t partition = 0;
  };

  /// One batch of these records.
  void arrive(const std::vector<input>& inputs) {
    std::vector<std::string> values;
    for (const input& one : inputs)
      values.push_back(one.value);
    batch work = packed(values);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      record& into = work.records[i];
      into.key = inputs[i].key;
      into.has_key = !into.key.empty();
      into.source_name = name_of(inputs[i].topic);
      into.partition = inputs[i].partition;
      into.offset = offset_++;
    }
    work.epoch = epoch_;
    work.replayed = replayed_;
    work.sequence = batches_++;
    inspector_.inspect(work);
    assembler_->assemble(work);
    ASSERT_FALSE(work.incomplete);
    dead_letters_ += work.dead_letters.size();
    counted_ += work.counts.records;
    for (const emission& one : work.emissions) {
      if (one.kind == output_kind::sighting) {
        ++sightings_;
        continue;
      }
      requests_.push_back({.token = std::string(one.token.found.token.reveal()),
                           .registry = one.token.found.registry,
                           .offset = std::get<kafka_origin>(one.origin).offset,
                           .line = one.token.where.line.value_or(0),
                           .column = one.token.where.column.value_or(0),
                           .encodings = encodings_of(one.token.found)});
      leaks_.push_back(one.token.where);
    }
  }
  void arrive(const std::string& value) { arrive({input{.value = value}}); }

  /// The text cut at these places, each part an event, in batches of `size`.
  void arrive_cut(const std::string& text, std::vector<std::size_t> cuts,
                  std::size_t size = 1) {
    cuts.push_back(text.size());
    std::vector<input> waiting;
    std::size_t begin = 0;
    for (const std::size_t end : cuts) {
      waiting.push_back({.value = event("s", text.substr(begin, end - begin))});
      begin = end;
      if (waiting.size() < size) continue;
      arrive(waiting);
      waiting.clear();
    }
    if (!waiting.empty()) arrive(waiting);
  }

  /// What the whole text yields, at the place in the part that holds it.
  static std::vector<seen> expected(const std::string& text,
                                    const std::vector<std::size_t>& cuts) {
    std::vector<seen> all;
    for (const finding& one : samples::scan(text)) {
      const auto behind = std::ranges::upper_bound(cuts, one.begin);
      const auto number = behind - cuts.begin();
      const std::size_t begin = number == 0 ? 0 : *std::prev(behind);
      const text_place place = locate(std::string_view(text).substr(begin),
                                      one.begin - begin, false);
      all.push_back({.token = std::string(one.token.reveal()),
                     .registry = one.registry,
                     .offset = number,
                     .line = place.line,
                     .column = place.column,
                     .encodings = encodings_of(one)});
    }
    return all;
  }

  const std::string* name_of(const std::string& topic) {
    const auto known = std::ranges::find(topics_, topic);
    if (known != topics_.end()) return &*known;
    return &topics_.emplace_back(topic);
  }

  samples::generator random_{3};
  const std::string token_ = samples::granular(random_);
  const std::string uuid_ = samples::uuid(random_);
  std::deque<std::string> topics_;
  const std::atomic<std::uint64_t> committed_{0};
  inspector inspector_{patterns(), {}};
  std::optional<seam_table> seams_;
  std::optional<assembler> assembler_;
  std::uint64_t epoch_ = 0;
  bool replayed_ = false;
  std::uint64_t batches_ = 0;
  std::int64_t offset_ = 0;
  std::vector<seen> requests_;
  std::vector<leak> leaks_;
  std::size_t sightings_ = 0;
  std::size_t dead_letters_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace tokensieve
