#pragma once

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace tokensieve::samples {

enum class deflate_format : int { zlib = MAX_WBITS, gzip = MAX_WBITS + 16 };

/// `text` as `gzip` or zlib's `compress` writes it.
inline std::string deflated(std::string_view text, deflate_format format,
                            int level = Z_DEFAULT_COMPRESSION) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, static_cast<int>(format), 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("cannot deflate");
  }
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

inline std::string gzip(std::string_view text,
                        int level = Z_DEFAULT_COMPRESSION) {
  return deflated(text, deflate_format::gzip, level);
}

inline std::string zlib(std::string_view text,
                        int level = Z_DEFAULT_COMPRESSION) {
  return deflated(text, deflate_format::zlib, level);
}

inline std::string zstd(std::string_view text, int level = 3) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(
      ZSTD_compress(out.data(), out.size(), text.data(), text.size(), level));
  return out;
}

}  // namespace tokensieve::samples
