#include "schemas/json_structure.h"

#include "schemas/json_escapes.h"
#include "tests/detectors/samples.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

using places = std::vector<std::uint32_t>;

/// What simdjson's first stage says; nothing where it has an error.
places reference(std::string_view json) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(json);
  if (parser.allocate(json.size() + 1, 1) != simdjson::SUCCESS) return {};
  auto& stages = *parser.implementation;
  if (stages.stage1(reinterpret_cast<const std::uint8_t*>(padded.data()),
                    json.size(),
                    simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
    return {};
  }
  const std::uint32_t* const found = stages.structural_indexes.get();
  return {found, found + stages.n_structural_indexes};
}

// simdjson leaves it to its second stage to see those outside of strings.
bool holds_control(std::string_view json) {
  return std::ranges::any_of(json, [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' &&
           c != '\r';
  });
}

void expect_same(std::string_view json) {
  const places expected = reference(json);
  for (const structure_finder find : structure_finders()) {
    // Of exactly so many bytes, for a sanitizer to see what is read behind.
    const std::vector<char> bytes(json.begin(), json.end());
    places found(json.size() + 1, 0);
    const std::uint32_t count =
        find({bytes.data(), bytes.size()}, found.data());
    if (count == 0 && holds_control(json)) continue;
    ASSERT_EQ(count, expected.size()) << json;
    if (count == 0) continue;
    ASSERT_EQ(found[count], json.size()) << json;
    found.resize(count);
    ASSERT_EQ(found, expected) << json;
  }
}

TEST(json_structure, is_what_simdjson_finds_in_any_bytes) {
  constexpr std::string_view k_bytes =
      "{}[]:,\"\"\"\\\\\\ \t\n\rat10-.\x01\x0c\x1a\x1f\x7f\x80\xc3\xa9\xe2";
  samples::generator random(3);
  for (int round = 0; round < 30'000; ++round) {
    std::string json;
    // The more of one kind, the longer the rows of it.
    const std::size_t kinds = 1 + random.below(k_bytes.size());
    for (std::size_t size = random.below(300); json.size() < size;)
      json.append(1 + random.below(3), k_bytes[random.below(kinds)]);
    ASSERT_NO_FATAL_FAILURE(expect_same(json));
  }
}

// A string that holds what logs do, at times something that none may.
std::string random_string(samples::generator& random) {
  static constexpr std::string_view k_parts[] = {
      "added 3 packages", R"(\n)",        R"(\"a\": \"b\", )",     R"(\\)",
      R"(\\\\)",          R"(\u001b[0m)", "\xe2\x9c\x94 \xc3\xa9", "{[:,]} ",
      R"(C:\\dir\\)"};
  static constexpr std::string_view k_faults[] = {"\n", "\x80", "\"", "\\",
                                                  "\x01"};
  std::string made = "\"";
  for (std::size_t left = random.below(40); left > 0; --left)
    made += k_parts[random.below(std::size(k_parts))];
  if (random.chance(30)) made += k_faults[random.below(std::size(k_faults))];
  return made + '"';
}

TEST(json_structure, is_what_simdjson_finds_in_events) {
  samples::generator random(4);
  std::size_t whole = 0;
  for (int round = 0; round < 5'000; ++round) {
    std::string json = "{";
    for (std::size_t left = 1 + random.below(6); left > 0; --left) {
      if (json.size() > 1) json += random.chance(2) ? "," : " ,\r\n\t";
      json += random_string(random) + (random.chance(2) ? ":" : " : ");
      json += random.chance(3) ? "-12.5e3" : random_string(random);
    }
    json += random.chance(2) ? "}" : "}\n ";
    ASSERT_NO_FATAL_FAILURE(expect_same(json));
    if (!reference(json).empty()) ++whole;
  }
  EXPECT_GT(whole, 1'000U);
  EXPECT_LT(whole, 5'000U);
}

TEST(json_structure, an_escape_begins_with_every_second_backslash_of_a_row) {
  samples::generator random(5);
  for (int round = 0; round < 100'000; ++round) {
    // Rows of any length.
    std::uint64_t backslashes = random.below(UINT64_MAX);
    for (std::size_t more = random.below(5); more > 0; --more)
      backslashes |= random.below(UINT64_MAX);
    const bool escaped = random.chance(2);
    std::uint64_t expected = 0;
    bool second = escaped;
    for (unsigned i = 0; i < 64; ++i) {
      const bool begins = !second && (backslashes >> i & 1) != 0;
      expected |= std::uint64_t{begins} << i;
      second = begins;
    }
    ASSERT_EQ(json_escapes(backslashes, escaped), expected) << backslashes;
  }
}

}  // namespace
}  // namespace tokensieve
