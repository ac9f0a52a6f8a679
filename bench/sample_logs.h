#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

/// How often a log holds a token. Names and hashes that look like parts of
/// one stand in every log, as they do in real ones.
enum class hits : std::uint8_t {
  none,
  typical,  ///< one a MiB
  many,     ///< one in 4 KiB
};

/// Texts, and how many tokens stand in them altogether.
struct sample {
  std::vector<std::string> texts;
  std::size_t tokens = 0;

  [[nodiscard]] std::size_t bytes() const;
};

/// Lines as a build prints them, no two alike, in texts of `size` bytes; those
/// of the files below the folder that TOKENSIEVE_LOGS names, if it is set.
[[nodiscard]] sample log_texts(std::size_t size, hits how_often);

/// The same as build-log events of about that size, each of a log of its own
/// that nothing follows.
[[nodiscard]] sample log_events(std::size_t size, hits how_often);

}  // namespace tokensieve
