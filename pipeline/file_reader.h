#pragma once

#include "detectors/finding.h"
#include "detectors/inflate.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tokensieve {

/// The bytes of a file, a pipe or standard input; of one that is gzip or zstd
/// as a whole those that it holds.
class file_reader {
 public:
  file_reader() = default;
  ~file_reader();
  file_reader(const file_reader&) = delete;
  file_reader& operator=(const file_reader&) = delete;

  /// Turns to another file; `-` is standard input. Returns why it cannot be
  /// read, empty if it can.
  [[nodiscard]] std::string open(const std::string& name);
  void close() noexcept;
  [[nodiscard]] bool is_open() const noexcept { return file_ >= 0; }

  /// Reads at most `size` bytes, those that are there; 0 at the end.
  [[nodiscard]] std::size_t read(char* into, std::size_t size);

  /// Why the end is not that of the file, empty if it is.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  /// Known once something was read.
  [[nodiscard]] std::optional<token_encoding> compression() const noexcept {
    return compression_;
  }

 private:
  [[nodiscard]] std::size_t read_file(char* into, std::size_t size);
  void read_header();
  std::size_t read_inflated(char* into, std::size_t size);

  int file_ = -1;
  std::string problem_;
  bool begun_ = false;
  std::optional<token_encoding> compression_;
  std::unique_ptr<inflater> inflater_;
  std::string block_;      // of the file as it stands
  std::string_view rest_;  // of the block: not yet handed out or inflated
};

}  // namespace tokensieve
