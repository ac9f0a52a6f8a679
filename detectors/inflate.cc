#include "detectors/inflate.h"

#include "detectors/wipe.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <limits>
#include <new>

namespace tokensieve {
namespace {

constexpr std::string_view k_gzip = "\x1f\x8b\x08";
constexpr std::string_view k_zstd = "\x28\xb5\x2f\xfd";
constexpr std::size_t k_gzip_header = 10;
constexpr std::size_t k_first_room = 16 << 10;

// What every decoder has to support, by RFC 8878; a larger window would be
// memory that nobody accounts for.
constexpr int k_zstd_window_log = 23;

constexpr unsigned byte_at(std::string_view bytes, std::size_t at) noexcept {
  return static_cast<unsigned char>(bytes[at]);
}

// Deflate with a window of 32 KiB, as everybody writes it, no dictionary.
bool is_zlib(std::string_view bytes) noexcept {
  if (bytes.size() < 2 || byte_at(bytes, 0) != 0x78) return false;
  const unsigned flags = byte_at(bytes, 1);
  return (0x7800 + flags) % 31 == 0 && (flags & 0x20) == 0;
}

// The flags of a gzip header leave three bits unused.
bool is_gzip(std::string_view bytes) noexcept {
  return bytes.size() > k_gzip_header && bytes.starts_with(k_gzip) &&
         byte_at(bytes, 3) < 0x20;
}

uInt clamped(std::size_t size) noexcept {
  return static_cast<uInt>(
      std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

}  // namespace

class inflater::state {
 public:
  explicit state(token_encoding format) : format_(format) {
    if (format == token_encoding::zstd) {
      zstd_.reset(ZSTD_createDCtx());
      if (!zstd_) throw std::bad_alloc();
      ZSTD_DCtx_setParameter(zstd_.get(), ZSTD_d_windowLogMax,
                             k_zstd_window_log);
      return;
    }
    constexpr int k_gzip_or_zlib = MAX_WBITS + 32;
    if (inflateInit2(&deflated_, k_gzip_or_zlib) != Z_OK)
      throw std::bad_alloc();
  }
  ~state() {
    if (!zstd_) inflateEnd(&deflated_);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  progress inflate(std::string_view in, char* out, std::size_t room) {
    progress all;
    while (!end_) {
      const std::string_view rest = in.substr(all.used);
      const std::size_t space = room - all.made;
      const progress step = zstd_ ? step_zstd(rest, out + all.made, space)
                                  : step_deflated(rest, out + all.made, space);
      all.used += step.used;
      all.made += step.made;
      if (all.made == room || step.used + step.made == 0) break;
    }
    return all;
  }

  [[nodiscard]] bool has_ended() const noexcept { return end_.has_value(); }
  [[nodiscard]] inflate_end end() const noexcept {
    return end_.value_or(between_members_ ? inflate_end::whole
                                          : inflate_end::broken);
  }

 private:
  // What is no member behind a whole one is no fault of the data.
  void fail(inflate_end how) noexcept {
    end_ = between_members_ ? inflate_end::whole : how;
  }

  progress step_deflated(std::string_view in, char* out, std::size_t room) {
    deflated_.next_in = reinterpret_cast<Bytef*>(
        const_cast<char*>(in.data()));  // which is not written to
    deflated_.avail_in = clamped(in.size());
    deflated_.next_out = reinterpret_cast<Bytef*>(out);
    deflated_.avail_out = clamped(room);
    const uInt given_in = deflated_.avail_in;
    const uInt given_out = deflated_.avail_out;
    switch (::inflate(&deflated_, Z_NO_FLUSH)) {
      case Z_OK:
      case Z_BUF_ERROR:  // nothing could be done
        break;
      case Z_STREAM_END:
        // Nothing follows zlib's data.
        if (format_ == token_encoding::zlib) end_ = inflate_end::whole;
        between_members_ = true;
        inflateReset(&deflated_);
        return {given_in - deflated_.avail_in, given_out - deflated_.avail_out};
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        fail(inflate_end::broken);
    }
    const progress step{given_in - deflated_.avail_in,
                        given_out - deflated_.avail_out};
    if (step.made > 0) between_members_ = false;
    return step;
  }

  progress step_zstd(std::string_view in, char* out, std::size_t room) {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out, room, 0};
    const std::size_t left = ZSTD_decompressStream(zstd_.get(), &to, &from);
    if (ZSTD_isError(left) != 0) {
      const ZSTD_ErrorCode code = ZSTD_getErrorCode(left);
      if (code == ZSTD_error_memory_allocation) throw std::bad_alloc();
      fail(code == ZSTD_error_frameParameter_windowTooLarge
               ? inflate_end::limit
               : inflate_end::broken);
    } else if (left == 0) {
      between_members_ = true;
    } else if (to.pos > 0) {
      between_members_ = false;
    }
    return {from.pos, to.pos};
  }

  const token_encoding format_;
  z_stream deflated_{};
  std::unique_ptr<ZSTD_DCtx,
                  decltype([](ZSTD_DCtx* context) { ZSTD_freeDCtx(context); })>
      zstd_;
  bool between_members_ = false;  // and nothing made of the next one
  std::optional<inflate_end> end_;
};

inflater::inflater(token_encoding format)
    : state_(std::make_unique<state>(format)) {}
inflater::~inflater() = default;

inflater::progress inflater::inflate(std::string_view in, char* out,
                                     std::size_t room) {
  return state_->inflate(in, out, room);
}

bool inflater::has_ended() const noexcept {
  return state_->has_ended();
}

inflate_end inflater::end() const noexcept {
  return state_->end();
}

std::optional<token_encoding> compression_of(std::string_view bytes) noexcept {
  if (is_gzip(bytes)) return token_encoding::gzip;
  if (bytes.starts_with(k_zstd)) return token_encoding::zstd;
  if (is_zlib(bytes)) return token_encoding::zlib;
  return std::nullopt;
}

std::size_t announced_size(std::string_view bytes,
                           token_encoding format) noexcept {
  if (format == token_encoding::gzip && bytes.size() >= 4) {
    std::size_t size = 0;  // little-endian, of the last member
    for (std::size_t i = 1; i <= 4; ++i)
      size = size << 8 | byte_at(bytes, bytes.size() - i);
    return size;
  }
  if (format == token_encoding::zstd) {
    const unsigned long long size =
        ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size < ZSTD_CONTENTSIZE_ERROR) return static_cast<std::size_t>(size);
  }
  return 0;
}

inflate_end inflate_bytes(std::string_view bytes, token_encoding format,
                          std::size_t limit, std::string& out) {
  inflater stream(format);
  const std::size_t before = out.size();
  while (true) {
    const std::size_t filled = out.size();
    const std::size_t done = filled - before;
    // One byte over the limit tells a text that ends there from a longer one.
    const std::size_t room =
        std::min(std::max(done, k_first_room), limit + 1 - done);
    reserve_wiped(out, filled + room);
    out.resize(filled + room);
    const auto step = stream.inflate(bytes, out.data() + filled, room);
    out.resize(filled + step.made);
    bytes.remove_prefix(step.used);
    if (out.size() - before > limit) {
      out.resize(before + limit);
      return inflate_end::limit;
    }
    if (step.made < room) return stream.end();
  }
}

}  // namespace tokensieve
