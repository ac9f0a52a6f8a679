#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// How the bytes of a hostile input reach the inspector.
enum class hostile_form : unsigned char {
  text,        ///< as a record of plain text, and as the text of a build log
  record,      ///< as they are
  compressed,  ///< as they are, to compare with a compressed log
};

/// Bytes that are meant to keep a detector busy. The same on every run.
struct hostile_input {
  std::string name;
  hostile_form form = hostile_form::text;
  std::string bytes;
};

/// A log as a build prints it, no two lines alike: what the others are
/// compared with.
[[nodiscard]] std::string plain_log(std::size_t size);

/// `text` as the text of a build log's event.
[[nodiscard]] std::string as_build_log(std::string_view text);

/// Each kind of hostile input that we know of, in some `size` bytes.
[[nodiscard]] std::vector<hostile_input> hostile_inputs(std::size_t size);

/// The files of `folder`, which a fuzzer has found to be slow, each repeated up
/// to `size` bytes.
[[nodiscard]] std::vector<hostile_input> slow_inputs(const std::string& folder,
                                                     std::size_t size);

}  // namespace tokensieve
