#include "tests/detectors/encoders.h"

#include <zlib.h>

#include <array>
#include <cstdio>

namespace tokensieve::encoders {
namespace {

using samples::generator;

std::string printed(const char* format, char c) {
  std::array<char, 32> buffer{};
  const int size =
      std::snprintf(buffer.data(), buffer.size(), format,
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
  return {buffer.data(), static_cast<std::size_t>(size)};
}

// The ways to write one byte; a writer keeps to one.
std::vector<std::string> formats(const std::string& name) {
  if (name == "hex") return {"%02x", "%02X"};
  if (name == "percent") return {"%%%02X", "%%%02x"};
  if (name == "html") return {"&#%u;", "&#x%x;", "&#x%X;"};
  if (name == "quoted-printable") return {"=%02X"};
  return {"\\u%04x", "\\u%04X", "\\x%02x", "\\x%02X", "\\%03o"};
}

// With the window's size zlib is told which of its formats to write.
std::string compressed(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8,
               Z_DEFAULT_STRATEGY);
  std::string in(text);
  std::string out(deflateBound(&stream, in.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string style(const std::string& name, generator& random) {
  return random.pick(formats(name));
}

std::string one(const std::string& style, char c) {
  return printed(style.c_str(), c);
}

std::vector<std::string> names() {
  return {"hex",      "percent",  "escape", "html", "quoted-printable",
          "utf-16le", "utf-16be", "base64"};
}

wrapping wrap(const std::string& name, std::string_view text,
              generator& random) {
  wrapping wrapped{name, {}};
  if (name == "base64") {
    wrapped.text =
        samples::base64(text, random.chance(3) ? "-_" : "+/", random.chance(2));
    return wrapped;
  }
  if (name == "gzip" || name == "zlib") {
    wrapped.text = compressed(text, name == "gzip" ? 31 : 15);
    return wrapped;
  }
  if (name.starts_with("utf-16")) {
    for (const char c : text) {
      wrapped.text +=
          name == "utf-16le" ? std::string{c, '\0'} : std::string{'\0', c};
    }
    return wrapped;
  }
  const std::string format = style(name, random);
  for (const char c : text)
    wrapped.text += one(format, c);
  return wrapped;
}

std::string partly(const std::string& name, std::string_view text,
                   generator& random, std::size_t one_in) {
  const std::string format = style(name, random);
  const std::size_t must = 1 + random.below(text.size() - 1);
  std::string encoded(1, text[0]);
  for (std::size_t i = 1; i < text.size(); ++i) {
    encoded += i == must || random.chance(one_in) ? one(format, text[i])
                                                  : std::string(1, text[i]);
  }
  return encoded;
}

std::string fold(std::string_view text, std::size_t column,
                 std::string_view prefix, std::string_view line_end,
                 generator& random, std::size_t& begin) {
  begin = prefix.size();
  std::string folded;
  for (std::size_t at = 0; at < text.size(); at += column) {
    if (at > 0) folded += line_end;
    for (const char c : prefix)
      folded += c == '#' ? random.letters("0123456789", 1) : std::string(1, c);
    folded += text.substr(at, column);
  }
  return folded;
}

}  // namespace tokensieve::encoders
