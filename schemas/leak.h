#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tokensieve {

enum class leak_kind : std::uint8_t { build_log, commit, file, other };

/// Which side of a patch a line stands on.
enum class patch_side : std::uint8_t { added, removed, context };

[[nodiscard]] std::string_view to_string(leak_kind value) noexcept;
[[nodiscard]] std::string_view to_string(patch_side value) noexcept;

/// Where a token was found: the member `leak` of a request. Owns its strings,
/// which are already masked: none of them shows a token. An absent member is
/// null in the request.
struct leak {
  leak_kind kind = leak_kind::other;
  std::optional<std::string> provider;
  std::optional<std::string> organization;
  std::optional<std::string> repository;
  std::optional<std::string> build;
  std::optional<std::string> job;
  std::optional<std::string> sha;
  std::optional<std::string> path;
  std::optional<std::string> url;  ///< without user information
  std::optional<std::string> time;
  std::optional<patch_side> side;
  std::optional<std::uint64_t> index;  ///< document in NDJSON, from 1
  std::string field;                   ///< JSON pointer; empty for text
  /// From 1; columns count bytes. Absent for keys.
  std::optional<std::uint64_t> line;
  std::optional<std::uint64_t> column;
};

/// Calls `visit` with each string that `where`, a `leak`, has.
template <typename Leak, typename Visit>
constexpr void for_each_string(Leak& where, Visit visit) {
  visit(where.field);
  for (auto* const text :
       {&where.provider, &where.organization, &where.repository, &where.build,
        &where.job, &where.sha, &where.path, &where.url, &where.time}) {
    if (*text) visit(**text);
  }
}

/// The Kafka record that holds the token's first byte.
struct kafka_origin {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::int64_t> timestamp_ms;  ///< Unix time; absent if unset
};

/// Under `scan`: the file (`-` for standard input) and the number of the
/// event in it from 1, absent for plain text.
struct file_origin {
  std::string file;
  std::optional<std::uint64_t> record;
};

using leak_origin = std::variant<kafka_origin, file_origin>;

}  // namespace tokensieve
