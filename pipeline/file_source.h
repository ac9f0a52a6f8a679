#pragma once

#include "pipeline/commands.h"
#include "pipeline/file_reader.h"
#include "pipeline/io.h"
#include "pipeline/memory_units.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// Reads files, pipes and standard input in bounded memory: events a line
/// each, or plain text in overlapping windows that end at line ends.
///
/// A file that is gzip or zstd as a whole is read like what it holds.
///
/// A line over `max_event_bytes` is read as text in windows, and an event of
/// that size goes out as `too_large`.
class file_source final : public source {
 public:
  /// Told of each input that cannot be read: its name and why.
  using report =
      std::function<void(const std::string& file, const std::string& problem)>;

  /// `files` in order, `-` is standard input. `units` outlives the source.
  file_source(std::vector<std::string> files, scan_input input,
              std::uint64_t max_event_bytes, memory_units& units,
              report on_problem);

  batch_ptr next() override;

  /// Bytes read so far, from any thread.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept {
    return bytes_read_.load(std::memory_order_relaxed);
  }
  /// Inputs that could not be read.
  [[nodiscard]] std::uint64_t unreadable() const noexcept {
    return unreadable_;
  }

 private:
  bool open_next();
  void refuse(const std::string& problem);
  [[nodiscard]] std::size_t fill(char* into, std::size_t size);
  [[nodiscard]] static bool looks_like_events(std::string_view first);

  batch_ptr read_batch();
  void add_events(batch& into, std::string_view lines);
  void add_window(batch& into, std::string_view text, std::size_t context,
                  std::size_t own_end);
  void keep_context(std::string_view handed);

  const scan_input input_;
  const std::uint64_t max_event_bytes_;
  memory_units& units_;
  const report on_problem_;

  std::deque<std::string> waiting_;  // files not yet opened
  std::deque<std::string> names_;    // of opened files: records point here
  file_reader file_;
  bool at_end_ = false;        // of the file: nothing more to read
  bool events_ = false;        // how the file is read
  bool decided_ = false;       // that `events_` is known
  std::string rest_;           // read and not handed out: an unfinished line
  std::string context_;        // the end of the text handed out before
  bool in_long_line_ = false;  // the last piece ended within a line
  std::uint64_t context_line_ = 1;  // place of the context's first byte
  std::uint64_t context_column_ = 1;
  std::uint64_t event_ = 0;  // events handed out of the file

  std::atomic<std::uint64_t> bytes_read_{0};
  std::uint64_t unreadable_ = 0;
};

}  // namespace tokensieve
