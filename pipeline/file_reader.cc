#include "pipeline/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tokensieve {
namespace {

constexpr std::size_t k_block = 64 << 10;
// What it takes to know a header of gzip from bytes that begin like it.
constexpr std::size_t k_header = 11;

std::string describe_errno(int code) {
  return std::generic_category().message(code);
}

// Two bytes of zlib's would say too little: text may begin so.
std::optional<token_encoding> compression_of_file(std::string_view begin) {
  const auto format = compression_of(begin);
  return format == token_encoding::zlib ? std::nullopt : format;
}

// May more bytes make `begin` a header?
bool may_begin_header(std::string_view begin) {
  return begin.size() < k_header &&
         (begin.starts_with('\x1f') || begin.starts_with('\x28'));
}

}  // namespace

file_reader::~file_reader() {
  close();
}

std::string file_reader::open(const std::string& name) {
  close();
  problem_.clear();
  begun_ = false;
  compression_.reset();
  inflater_.reset();
  rest_ = {};
  file_ = name == "-" ? ::dup(STDIN_FILENO)
                      : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) return describe_errno(errno);
  struct stat status{};
  if (::fstat(file_, &status) == 0 && S_ISDIR(status.st_mode)) {
    close();
    return "is a directory; name the files in it, for example with find";
  }
  return {};
}

void file_reader::close() noexcept {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

std::size_t file_reader::read(char* into, std::size_t size) {
  if (!begun_) read_header();
  if (inflater_) return read_inflated(into, size);
  if (rest_.empty()) return read_file(into, size);
  const std::size_t taken = rest_.copy(into, size);
  rest_.remove_prefix(taken);
  return taken;
}

std::size_t file_reader::read_file(char* into, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(file_, into, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    problem_ = describe_errno(errno);
    return 0;
  }
}

void file_reader::read_header() {
  begun_ = true;
  block_.resize(k_block);
  std::size_t filled = 0;
  do {
    const std::size_t got = read_file(block_.data() + filled, k_block - filled);
    if (got == 0) break;
    filled += got;
  } while (may_begin_header(std::string_view(block_).substr(0, filled)));
  rest_ = std::string_view(block_).substr(0, filled);
  compression_ = compression_of_file(rest_);
  if (compression_) inflater_ = std::make_unique<inflater>(*compression_);
}

std::size_t file_reader::read_inflated(char* into, std::size_t size) {
  while (true) {
    const auto step = inflater_->inflate(rest_, into, size);
    rest_.remove_prefix(step.used);
    if (step.made > 0) return step.made;
    const std::size_t got =
        inflater_->has_ended() ? 0 : read_file(block_.data(), k_block);
    rest_ = std::string_view(block_).substr(0, got);
    if (got > 0) continue;
    if (problem_.empty() && inflater_->end() == inflate_end::broken) {
      problem_ = "the compressed data is broken or cut off";
    } else if (problem_.empty() && inflater_->end() == inflate_end::limit) {
      problem_ = "the compressed data needs a window of more than 8 MiB";
    }
    return 0;
  }
}

}  // namespace tokensieve
