#pragma once

#include "pipeline/config.h"
#include "pipeline/error.h"
#include "pipeline/setting.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

// Text to value and back for each type of key. An error shows the value that
// it refuses, so these are for keys that hold no secret.

/// `1024`, `64MiB`, `64MB`.
[[nodiscard]] result<std::uint64_t> parse_size(std::string_view text);
/// `100ms`, `1s`, `5m`, `24h`, `7d`.
[[nodiscard]] result<std::chrono::milliseconds> parse_duration(
    std::string_view text);
[[nodiscard]] result<std::uint32_t> parse_count(std::string_view text);

[[nodiscard]] std::string format_size(std::uint64_t bytes);
[[nodiscard]] std::string format_duration(std::chrono::milliseconds value);

struct listen_address {
  std::string host;  ///< IPv6 without the brackets
  std::uint16_t port;
};
/// `HOST:PORT` or `[IPV6]:PORT`; port 0 takes a free one.
[[nodiscard]] result<listen_address> parse_listen_address(
    std::string_view text);

/// Reads each entry of a list of fingerprints and files of them. The error
/// shows no entry: people paste tokens here.
[[nodiscard]] result<ignore_list> read_ignore_list(const setting& from);

/// The bytes of a file of at most 1 MiB. The error is the system's reason.
[[nodiscard]] result<std::string> read_small_file(
    const std::filesystem::path& path);

}  // namespace tokensieve
