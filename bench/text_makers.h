#pragma once

#include <zlib.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {

/// `unit` over and over.
inline std::string repeat(std::string_view unit, std::size_t size) {
  std::string text;
  text.reserve(size + unit.size());
  while (text.size() < size)
    text += unit;
  text.resize(size);
  return text;
}

/// What `unit` makes of 0, 1, 2 and so on.
inline std::string sequence(
    std::size_t size, const std::function<std::string(std::size_t)>& unit) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i)
    text += unit(i);
  text.resize(size);
  return text;
}

/// The same, but for what would be cut at the end.
inline std::string whole_sequence(
    std::size_t size, const std::function<std::string(std::size_t)>& unit) {
  std::string text;
  for (std::size_t i = 0;; ++i) {
    const std::string next = unit(i);
    if (text.size() + next.size() > size) return text;
    text += next;
  }
}

inline std::string letters(std::size_t size, std::string_view alphabet,
                           std::uint64_t seed = 1) {
  std::string text;
  while (text.size() < size) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    text += alphabet[(seed >> 33) % alphabet.size()];
  }
  return text;
}

inline constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view k_hex = "0123456789abcdef";

inline std::string base64(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned size = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (size += 8; size >= 6; size -= 6)
      text += k_base64[bits >> (size - 6) & 63];
  }
  if (size > 0) text += k_base64[bits << (6 - size) & 63];
  while (text.size() % 4 != 0)
    text += '=';
  return text;
}

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    text += k_hex[static_cast<unsigned char>(c) >> 4];
    text += k_hex[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

/// Each byte as `before`, its hex digits and `behind`.
inline std::string spelled(std::string_view bytes, std::string_view before,
                           std::string_view behind = "") {
  std::string text;
  for (const char c : bytes)
    (text += before) += hex({&c, 1}).append(behind);
  return text;
}

/// `encode`, `times` times, of as much of `text` as makes `size` bytes.
template <class Encode>
inline std::string nested(std::string text, std::size_t size, unsigned times,
                          Encode encode) {
  for (unsigned i = 0; i < times; ++i) {
    text = encode(text);
    text.resize(std::min(text.size(), size));
  }
  return repeat(text, size);
}

inline std::string folded(std::string_view text, std::size_t column,
                          std::string_view prefix, std::string_view line_end,
                          std::size_t size) {
  std::string lines;
  for (std::size_t at = 0; lines.size() < size; at += column) {
    lines += prefix;
    lines += text.substr(at % (text.size() - column), column);
    lines += line_end;
  }
  lines.resize(size);
  return lines;
}

inline std::string utf16(std::string_view text, bool little) {
  std::string wide;
  for (const char c : text) {
    wide += little ? c : '\0';
    wide += little ? '\0' : c;
  }
  return wide;
}

inline std::string gzipped(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8,
               Z_DEFAULT_STRATEGY);
  std::string in(bytes);
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

}  // namespace tokensieve
