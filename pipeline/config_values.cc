#include "pipeline/config_values.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <system_error>

namespace tokensieve {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

// The largest first, as `format_*` wants it.
constexpr std::array<unit, 7> k_size_units{{{"GiB", 1ULL << 30},
                                            {"GB", 1'000'000'000},
                                            {"MiB", 1ULL << 20},
                                            {"MB", 1'000'000},
                                            {"KiB", 1ULL << 10},
                                            {"KB", 1'000},
                                            {"B", 1}}};
constexpr std::array<unit, 5> k_duration_units{{{"d", 86'400'000},
                                                {"h", 3'600'000},
                                                {"m", 60'000},
                                                {"s", 1'000},
                                                {"ms", 1}}};

// A number and what stands behind it.
struct quantity {
  std::uint64_t number;
  std::string_view unit;
};

std::optional<quantity> split_quantity(std::string_view text) {
  quantity split{};
  const auto [end, status] =
      std::from_chars(text.data(), text.data() + text.size(), split.number);
  if (status != std::errc{}) return std::nullopt;
  split.unit = text.substr(static_cast<std::size_t>(end - text.data()));
  return split;
}

std::optional<std::uint64_t> scale(const quantity& value,
                                   std::span<const unit> units,
                                   std::uint64_t max) {
  const auto found = std::ranges::find(units, value.unit, &unit::name);
  if (found == units.end() || value.number > max / found->factor) {
    return std::nullopt;
  }
  return value.number * found->factor;
}

std::string format_quantity(std::uint64_t value, std::span<const unit> units) {
  const auto found = std::ranges::find_if(
      units, [&](const unit& u) { return value % u.factor == 0; });
  return fmt::format("{}{}", value / found->factor, found->name);
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Appends the fingerprints of a file: one a line, `#` starts a comment.
result<void> read_fingerprints(const std::filesystem::path& path,
                               std::vector<token_fingerprint>& out) {
  const auto content = read_small_file(path);
  if (!content) return std::unexpected(content.error());
  std::string_view rest = *content;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const std::string_view text = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    const std::string_view entry = trim(text.substr(0, text.find('#')));
    if (entry.empty()) continue;
    const auto fingerprint = parse_fingerprint(entry);
    if (!fingerprint) {
      return std::unexpected(error{fmt::format(
          "line {} is not a fingerprint (sha256: and 64 hex digits)", line)});
    }
    out.push_back(*fingerprint);
  }
  return {};
}

}  // namespace

result<std::uint64_t> parse_size(std::string_view text) {
  auto split = split_quantity(text);
  if (split && split->unit.empty()) split->unit = "B";
  const auto value = split ? scale(*split, k_size_units,
                                   std::numeric_limits<std::int64_t>::max())
                           : std::nullopt;
  if (value) return *value;
  return std::unexpected(error{fmt::format(
      "'{}' is not a size; write bytes (1024) or a whole number with one of "
      "B, KB, MB, GB, KiB, MiB, GiB (64MiB)",
      text)});
}

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::uint64_t k_max = 36'500ULL * 86'400'000;  // a century
  const auto split = split_quantity(text);
  const auto value =
      split ? scale(*split, k_duration_units, k_max) : std::nullopt;
  if (value) return std::chrono::milliseconds{*value};
  return std::unexpected(error{
      fmt::format("'{}' is not a duration; write a whole number with one of "
                  "ms, s, m, h, d (100ms, 24h)",
                  text)});
}

result<std::uint32_t> parse_count(std::string_view text) {
  const auto split = split_quantity(text);
  if (split && split->unit.empty() &&
      split->number <= std::numeric_limits<std::uint32_t>::max()) {
    return static_cast<std::uint32_t>(split->number);
  }
  return std::unexpected(
      error{fmt::format("'{}' is not a whole number from 0", text)});
}

std::string format_size(std::uint64_t bytes) {
  if (bytes == 0) return "0";
  return format_quantity(bytes, k_size_units);
}

std::string format_duration(std::chrono::milliseconds value) {
  const auto count = static_cast<std::uint64_t>(value.count());
  if (count == 0) return "0s";
  // Without days: 24h stays 24h.
  return format_quantity(count, std::span{k_duration_units}.subspan(1));
}

result<listen_address> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto port =
      parse_count(colon == std::string_view::npos ? std::string_view{}
                                                  : text.substr(colon + 1));
  std::string_view host = text.substr(0, std::min(colon, text.size()));
  const bool brackets = host.starts_with('[') && host.ends_with(']');
  if (brackets) host = host.substr(1, host.size() - 2);
  constexpr std::string_view k_name =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  constexpr std::string_view k_ipv6 = "0123456789abcdefABCDEF:.%";
  const bool good_host =
      !host.empty() && host.find_first_not_of(brackets ? k_ipv6 : k_name) ==
                           std::string_view::npos;
  if (good_host && port && *port <= 65'535) {
    return listen_address{std::string{host}, static_cast<std::uint16_t>(*port)};
  }
  return std::unexpected(error{fmt::format(
      "'{}' is not an address; write HOST:PORT (127.0.0.1:9464, 0.0.0.0:9464, "
      "[::1]:9464), or nothing to turn it off",
      text)});
}

result<ignore_list> read_ignore_list(const setting& from) {
  ignore_list list;
  for (std::size_t i = 0; i < from.values.size(); ++i) {
    const std::string& entry = from.values[i];
    if (const auto fingerprint = parse_fingerprint(entry)) {
      list.written.push_back(entry);
      list.fingerprints.push_back(*fingerprint);
      continue;
    }
    const auto path = std::filesystem::absolute(from.directory / entry);
    const auto read = read_fingerprints(path, list.fingerprints);
    if (!read) {
      return std::unexpected(error{fmt::format(
          "entry {} is neither sha256: and 64 hex digits nor the path of a "
          "file of those, one a line: {}",
          i + 1, read.error().message)});
    }
    list.written.push_back(path.lexically_normal().string());
  }
  std::ranges::sort(list.fingerprints);
  const auto repeated = std::ranges::unique(list.fingerprints);
  list.fingerprints.erase(repeated.begin(), repeated.end());
  return list;
}

result<std::string> read_small_file(const std::filesystem::path& path) {
  constexpr std::size_t k_max_size = 1 << 20;
  const auto reason = [] {
    return std::unexpected(error{std::generic_category().message(errno)});
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return reason();
  std::string content(k_max_size + 1, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  do {
    got = ::read(file, content.data() + size, content.size() - size);
    if (got > 0) size += static_cast<std::size_t>(got);
  } while (got > 0 || (got < 0 && errno == EINTR));
  const int read_errno = errno;
  ::close(file);
  errno = read_errno;
  if (got < 0) return reason();
  if (size > k_max_size) {
    return std::unexpected(error{"the file is larger than 1 MiB"});
  }
  content.resize(size);
  return content;
}

}  // namespace tokensieve
