// Random documents against a slow and obvious reader.

#include "tests/schemas/collected_event.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

/// Reads JSON one byte at a time and throws at anything that is none.
class slow_json {
 public:
  struct fault {};

  static std::optional<std::vector<collected_text>> strings(
      std::string_view json) {
    slow_json reader(json);
    try {
      reader.value("");
      reader.blanks();
      if (reader.at_ != json.size()) return {};
      return reader.found_;
    } catch (const fault&) {
      return {};
    }
  }

 private:
  explicit slow_json(std::string_view json) : json_(json) {}

  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  char take() {
    if (at_ == json_.size()) throw fault();
    return json_[at_++];
  }
  void expect(std::string_view text) {
    for (const char c : text) {
      if (take() != c) throw fault();
    }
  }
  void blanks() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' ||
           peek() == '\t') {
      ++at_;
    }
  }
  void digits() {
    if (peek() < '0' || peek() > '9') throw fault();
    while (peek() >= '0' && peek() <= '9')
      ++at_;
  }

  void value(const std::string& pointer) {
    blanks();
    switch (peek()) {
      case '{':
        return object(pointer);
      case '[':
        return array(pointer);
      case '"':
        found_.push_back({.pointer = pointer, .text = string()});
        return;
      case 't':
        return expect("true");
      case 'f':
        return expect("false");
      case 'n':
        return expect("null");
      default:
        return number();
    }
  }

  void number() {
    if (peek() == '-') ++at_;
    if (peek() == '0') {
      ++at_;
    } else {
      digits();
    }
    if (peek() == '.') {
      ++at_;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      digits();
    }
  }

  void array(const std::string& pointer) {
    expect("[");
    blanks();
    if (peek() == ']') {
      ++at_;
      return;
    }
    for (int i = 0;; ++i) {
      value(pointer + "/" + std::to_string(i));
      blanks();
      if (take() == ']') return;
      if (json_[at_ - 1] != ',') throw fault();
    }
  }

  void object(const std::string& pointer) {
    expect("{");
    blanks();
    if (peek() == '}') {
      ++at_;
      return;
    }
    for (;;) {
      blanks();
      const std::string key = string();
      found_.push_back({.pointer = pointer, .text = key, .key = true});
      std::string inner = pointer;
      inner += '/';
      for (const char c : key) {
        if (c == '~') {
          inner += "~0";
        } else if (c == '/') {
          inner += "~1";
        } else {
          inner += c;
        }
      }
      blanks();
      expect(":");
      value(inner);
      blanks();
      if (take() == '}') return;
      if (json_[at_ - 1] != ',') throw fault();
    }
  }

  std::string string() {
    expect("\"");
    std::string out;
    for (char c = take(); c != '"'; c = take()) {
      if (static_cast<unsigned char>(c) < 0x20) throw fault();
      if (c != '\\') {
        out += c;
        continue;
      }
      const char escape = take();
      if (escape == 'u') {
        append_utf8(out);
        continue;
      }
      const auto at = std::string_view("\"\\/bfnrt").find(escape);
      if (at == std::string_view::npos) throw fault();
      out += "\"\\/\b\f\n\r\t"[at];
    }
    return out;
  }

  void append_utf8(std::string& out) {
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
      const auto at = std::string_view("0123456789abcdefABCDEF").find(take());
      if (at == std::string_view::npos) throw fault();
      code = code * 16 + static_cast<unsigned>(at < 16 ? at : at - 6);
    }
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 + code / 64);
      out += static_cast<char>(0x80 + code % 64);
    } else {
      out += static_cast<char>(0xE0 + code / 4096);
      out += static_cast<char>(0x80 + code / 64 % 64);
      out += static_cast<char>(0x80 + code % 64);
    }
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::vector<collected_text> found_;
};

class random_json {
 public:
  explicit random_json(unsigned seed) : random_(seed) {}

  std::string document() {
    // Begins so that it claims to be JSON.
    std::string out = "{\"";
    out += "root\":";
    value(out, 0);
    out += '}';
    return out;
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
  void blank(std::string& out) {
    if (below(6) == 0) out += std::string_view(" \t\n\r")[below(4)];
  }

  void value(std::string& out, int depth) {
    blank(out);
    const std::size_t kind = below(depth > 5 ? 4 : 7);
    if (kind == 4) {
      out += '[';
      for (std::size_t i = below(5), n = i; i > 0; --i) {
        if (i != n) out += ',';
        value(out, depth + 1);
      }
      blank(out);
      out += ']';
    } else if (kind > 4) {
      out += '{';
      for (std::size_t i = below(5), n = i; i > 0; --i) {
        if (i != n) out += ',';
        blank(out);
        string(out);
        blank(out);
        out += ':';
        value(out, depth + 1);
      }
      blank(out);
      out += '}';
    } else if (kind == 0) {
      static constexpr std::string_view k_scalars[] = {
          "0", "-1.5e3", "true", "false", "null", "12", "0.25E-1"};
      out += k_scalars[below(std::size(k_scalars))];
    } else {
      string(out);
    }
    blank(out);
  }

  void string(std::string& out) {
    static constexpr std::string_view k_pieces[] = {
        "a",        "B9",
        "npm_",     "{",
        "}",        "[",
        "]",        ",",
        ":",        "~",
        "/",        "\\/",
        "\\\"",     "\\\\",
        "\\n",      "\\u006e",
        "\\u00e9",  "\\u20ac",
        "\xC3\xA9", "\\u0000",
        " ",        "\xF0\x9F\x98\x80"};
    out += '"';
    for (std::size_t i = below(below(20) == 0 ? 300 : 8); i > 0; --i) {
      out += k_pieces[below(std::size(k_pieces))];
    }
    out += '"';
  }

  std::mt19937 random_;
};

TEST(property, the_strings_are_those_of_a_slow_reader) {
  random_json random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string json = random.document();
    const auto expected = slow_json::strings(json);
    ASSERT_TRUE(expected) << json;
    const collected_event read(json);
    ASSERT_EQ(read.reason, std::nullopt) << json;
    ASSERT_EQ(read.texts, *expected) << json;
  }
}

/// Whatever is done to a document: it is read as the slow reader reads it, or
/// its bytes are handed out.
TEST(property, nothing_is_missed_in_a_mutated_document) {
  constexpr std::string_view k_bytes("\"\\{}[],:0ntx \n\xE9\0u", 17);
  random_json random(2);
  int sound = 0;
  int broken = 0;
  for (int i = 0; i < 40'000; ++i) {
    std::string json = random.document();
    for (std::size_t n = 1 + random.below(3); n > 0; --n) {
      const std::size_t at = random.below(json.size());
      switch (random.below(4)) {
        case 0:
          json[at] = k_bytes[random.below(k_bytes.size())];
          break;
        case 1:
          json.insert(at, 1, k_bytes[random.below(k_bytes.size())]);
          break;
        case 2:
          json.erase(at, 1);
          break;
        default:
          json.resize(std::max<std::size_t>(at, 2));
          break;
      }
    }
    // NDJSON hands out lines, and nothing has no bytes.
    if (json.empty() || json.contains('\n')) continue;
    const collected_event read(json);
    ASSERT_EQ(read.checked, read.reason) << json;
    if (read.has_raw_bytes()) {
      ++broken;
      continue;
    }
    ++sound;
    const auto expected = slow_json::strings(json);
    ASSERT_TRUE(expected) << json;
    ASSERT_EQ(read.texts, *expected) << json;
  }
  EXPECT_GT(sound, 1000);
  EXPECT_GT(broken, 1000);
}

TEST(property, every_truncation_hands_out_all_of_its_bytes) {
  random_json random(3);
  for (int i = 0; i < 100; ++i) {
    std::string json = random.document();
    std::erase(json, '\n');
    for (std::size_t size = 2; size < json.size(); ++size) {
      const std::string cut = json.substr(0, size);
      const collected_event read(cut);
      ASSERT_TRUE(read.has_raw_bytes()) << cut;
      ASSERT_EQ(read.texts.size(), 1U) << cut;
    }
  }
}

TEST(property, random_bytes_are_handed_out) {
  random_json random(4);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random.below(200), '\0');
    for (char& c : bytes)
      c = static_cast<char>(random.below(256));
    if (!bytes.empty()) bytes[0] = std::string_view("{[\"x")[random.below(4)];
    std::ranges::replace(bytes, '\n', ' ');
    ASSERT_TRUE(bytes.empty() || slow_json::strings(bytes) ||
                collected_event(bytes).has_raw_bytes());
  }
}

TEST(property, documents_of_ndjson_are_read_each_for_itself) {
  random_json random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string event;
    std::vector<collected_text> expected;
    const auto documents = static_cast<std::uint32_t>(2 + random.below(5));
    for (std::uint32_t n = 0; n < documents; ++n) {
      std::string json = random.document();
      std::ranges::replace(json, '\n', ' ');
      const auto strings = slow_json::strings(json);
      ASSERT_TRUE(strings);
      for (collected_text text : *strings) {
        text.document = n;
        expected.push_back(text);
      }
      event += json + "\n";
    }
    const collected_event read(event);
    ASSERT_EQ(read.reason, std::nullopt) << event;
    ASSERT_EQ(read.texts, expected) << event;
  }
}

}  // namespace
}  // namespace tokensieve
