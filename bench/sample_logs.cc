#include "bench/sample_logs.h"

#include "bench/synthetic_token.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

// More than a core's own caches hold.
constexpr std::size_t k_sample_bytes = std::size_t{8} << 20;
constexpr std::size_t k_typical_gap = std::size_t{1} << 20;
constexpr std::size_t k_many_gap = std::size_t{4} << 10;

// What looks like a part of a token stands in few lines.
std::string rare_line(std::size_t i, const std::string& number) {
  switch (i % 4) {
    case 0:
      return "\"integrity\": \"sha512-" + number + "aGVsbG8gd29ybGQ" + number +
             "Zm9yIGFsbCBvZiB5b3U" + number + "==\",";
    case 1:
      return "Run id 5afe" + number.substr(0, 4) +
             "-1b2c-4000-8000-00005afe0001, NODE_AUTH_TOKEN: ***";
    case 2:
      return "  npm_config_cache: /tmp/npm-" + number;
    default:
      return "Digest: sha256:ccb2698953eaebd21c7bf6268a94f9c26518a7e38e27e0b8";
  }
}

std::string generated_line(std::size_t i) {
  const std::string number = std::to_string(i * 2'654'435'761u);
  std::string text = "2026-11-24T02:07:00." + number.substr(0, 4) + "Z ";
  if (i % 16 == 15) return text + rare_line(i / 16, number);
  switch (i % 5) {
    case 0:
      return text + "\x1b[36;1mnpm ci --ignore-scripts\x1b[0m";
    case 1:
      return text + "npm http fetch GET 200 https://npm.corp.example/package-" +
             number + " 12ms (cache miss)";
    case 2:
      return text + "\x1b[32m  \xe2\x9c\x93\x1b[39m \x1b[90mkeeps item " +
             number + "\x1b[39m (3 ms)";
    case 3:
      return text + "#12 " + number.substr(0, 2) + ".1 Get:" + number +
             " https://deb.corp.example bookworm/main amd64 libc6";
    default:
      return text + "ok " + number + " - src/lib/module.test.ts (3 ms)";
  }
}

// Of the files below `folder`.
std::vector<std::string> lines_below(const char* folder) {
  std::vector<std::string> lines;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    for (std::string line; std::getline(file, line);)
      lines.push_back(std::move(line));
  }
  return lines;
}

std::string line(std::size_t i) {
  static const std::vector<std::string> k_real = [] {
    const char* folder = std::getenv("TOKENSIEVE_LOGS");
    return folder == nullptr ? std::vector<std::string>{} : lines_below(folder);
  }();
  return k_real.empty() ? generated_line(i) : k_real[i % k_real.size()];
}

/// The lines of one long log after the other, with a token now and then.
class log_writer {
 public:
  explicit log_writer(hits how_often)
      : gap_(how_often == hits::none      ? SIZE_MAX
             : how_often == hits::typical ? k_typical_gap
                                          : k_many_gap) {}

  /// As many lines as `size` bytes take.
  std::string write(std::size_t size, sample& to) {
    std::string text;
    while (true) {
      std::string next = line(lines_) + "\n";
      const bool planted = written_ + text.size() >= next_token_;
      if (planted) {
        next = "NPM_TOKEN=" + synthetic_token(to.tokens) + "\n" + next;
      }
      if (text.size() + next.size() > size) {
        // A line of its own event, cut where it is too long for one.
        if (text.empty() && !planted) text = next.substr(0, size), ++lines_;
        break;
      }
      ++lines_;
      text += next;
      if (!planted) continue;
      ++to.tokens;
      next_token_ = written_ + text.size() + gap_;
    }
    text.resize(size, ' ');
    written_ += size;
    return text;
  }

 private:
  const std::size_t gap_;
  std::size_t written_ = 0;
  std::size_t next_token_ = gap_ == SIZE_MAX ? SIZE_MAX : gap_ / 2;
  std::size_t lines_ = 0;
};

std::string escaped(std::string_view text) {
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::string json;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      json += "\\n";
    } else if (c == '"' || c == '\\') {
      (json += '\\') += c;
    } else if (byte < 0x20) {
      json += "\\u00";
      (json += k_hex[byte >> 4]) += k_hex[byte & 15];
    } else {
      // Real logs hold bytes that are no UTF-8.
      json += byte < 0x80 ? c : '?';
    }
  }
  return json;
}

}  // namespace

std::size_t sample::bytes() const {
  std::size_t all = 0;
  for (const std::string& text : texts)
    all += text.size();
  return all;
}

sample log_texts(std::size_t size, hits how_often) {
  sample made;
  log_writer writer(how_often);
  for (std::size_t bytes = 0; bytes < k_sample_bytes; bytes += size)
    made.texts.push_back(writer.write(size, made));
  return made;
}

sample log_events(std::size_t size, hits how_often) {
  sample made;
  log_writer writer(how_often);
  // What escapes add to a text, about.
  constexpr double k_escaped = 1.06;
  for (std::size_t bytes = 0; bytes < k_sample_bytes;
       bytes += made.texts.back().size()) {
    std::string event =
        R"({"type":"build_log","time":"2026-11-24T02:07:00Z","stream":"b)" +
        std::to_string(made.texts.size()) + R"(","text":")";
    const std::size_t room = std::max(event.size() + 100, size) - event.size();
    const auto text =
        static_cast<std::size_t>(static_cast<double>(room) / k_escaped);
    event += escaped(writer.write(text, made)) + R"("})";
    made.texts.push_back(std::move(event));
  }
  return made;
}

}  // namespace tokensieve
