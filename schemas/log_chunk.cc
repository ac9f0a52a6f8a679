#include "schemas/log_chunk.h"

#include "schemas/event_check.h"

#include <array>
#include <charconv>
#include <functional>
#include <initializer_list>
#include <string_view>

namespace tokensieve {
namespace {

/// Entries of the values at an object's top level that matter to a chunk; 0
/// where there is none, for no value stands at entry 0.
struct chunk_members {
  std::uint32_t type = 0;
  std::uint32_t text = 0;
  std::uint32_t stream = 0;
  std::uint32_t sequence = 0;
  std::uint32_t provider = 0;
  std::uint32_t repository = 0;
  std::uint32_t build = 0;
  std::uint32_t job = 0;
  /// `message`, `log`, `MESSAGE`, `short_message`, `body`: the first counts.
  std::array<std::uint32_t, 5> shipped{};
  bool change = false;  ///< a commit, a push or a diff
  bool specversion = false;
  bool schema = false;
  std::uint32_t data = 0;
  std::uint32_t payload = 0;
};

constexpr std::array<std::string_view, 5> k_shipped_fields{
    "/message", "/log", "/MESSAGE", "/short_message", "/body"};

// Most keys are told apart by their size.
void note(std::string_view key, std::uint32_t value, chunk_members& into) {
  const auto take = [&](std::string_view name, std::uint32_t& member) {
    if (key == name) member = value;
  };
  const auto mark = [&](std::string_view name, bool& member) {
    if (key == name) member = true;
  };
  switch (key.size()) {
    case 3:
      take("job", into.job);
      take("log", into.shipped[1]);
      mark("sha", into.change);
      break;
    case 4:
      take("type", into.type);
      take("text", into.text);
      take("data", into.data);
      take("body", into.shipped[4]);
      mark("diff", into.change);
      break;
    case 5:
      take("build", into.build);
      mark("diffs", into.change);
      break;
    case 6:
      take("stream", into.stream);
      mark("schema", into.schema);
      break;
    case 7:
      take("message", into.shipped[0]);
      take("MESSAGE", into.shipped[2]);
      take("payload", into.payload);
      mark("commits", into.change);
      break;
    case 8:
      take("sequence", into.sequence);
      take("provider", into.provider);
      break;
    case 10:
      take("repository", into.repository);
      break;
    case 11:
      mark("specversion", into.specversion);
      break;
    case 13:
      take("short_message", into.shipped[3]);
      break;
    default:
      break;
  }
}

chunk_members members_of(const json_index& document, std::uint32_t object) {
  chunk_members found;
  std::uint32_t i = object + 1;
  while (document.kind(i) == '"' && document.kind(i + 1) == ':') {
    note(document.raw_string(i), i + 2, found);
    i = document.behind(i + 2);
    if (document.kind(i) != ',') break;
    ++i;
  }
  return found;
}

bool is_string(const json_index& document, std::uint32_t entry) {
  return entry != 0 && document.kind(entry) == '"';
}

/// Strings and scalars, in the order of the names.
std::optional<std::uint64_t> hash_of(
    const json_index& document, std::initializer_list<std::uint32_t> entries) {
  std::uint64_t hash = 0;
  for (const std::uint32_t entry : entries) {
    const char kind = entry == 0 ? '\0' : document.kind(entry);
    if (kind == '\0' || kind == '{' || kind == '[') return {};
    const std::string_view written = document.scalar(entry);
    if (written == "null" || written == R"("")") return {};
    hash = hash * 0x9E3779B97F4A7C15 + std::hash<std::string_view>()(written);
  }
  return hash;
}

std::optional<std::uint64_t> number_at(const json_index& document,
                                       std::uint32_t entry) {
  if (entry == 0) return {};
  const std::string_view written = document.scalar(entry);
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(written.data(), written.data() + written.size(), number);
  if (error != std::errc() || end != written.data() + written.size()) return {};
  return number;
}

/// Makes `chunk` the string at `entry`.
bool take_text(const json_index& document, std::uint32_t entry,
               std::string_view name, log_chunk& chunk) {
  if (document.kind(entry) != '"') return false;
  const std::string_view raw = document.raw_string(entry);
  chunk.begin =
      static_cast<std::size_t>(raw.data() - document.scalar(0).data());
  chunk.size = raw.size();
  chunk.escaped = true;
  chunk.field += name;
  return true;
}

bool take_build_log(const json_index& document, const chunk_members& event,
                    log_chunk& chunk) {
  if (!is_string(document, event.text)) return false;
  chunk.stream = is_string(document, event.stream)
                     ? hash_of(document, {event.stream})
                     : std::nullopt;
  if (!chunk.stream) {
    chunk.stream = hash_of(
        document, {event.provider, event.repository, event.build, event.job});
  }
  chunk.sequence = number_at(document, event.sequence);
  return take_text(document, event.text, "/text", chunk);
}

}  // namespace

std::optional<log_chunk> chunk_of(const json_index& document) {
  log_chunk chunk;
  std::uint32_t object = 0;
  std::string_view inside;
  for (int envelopes = 0;; ++envelopes) {
    if (document.kind(object) != '{') {
      if (!take_text(document, object, inside, chunk)) return {};
      return chunk;
    }
    chunk.field += inside;
    const chunk_members event = members_of(document, object);
    std::uint32_t enclosed = 0;
    if (event.specversion) {
      inside = "/data";
      enclosed = event.data;
    } else if (event.schema) {
      inside = "/payload";
      enclosed = event.payload;
    }
    if (enclosed != 0 && envelopes < k_max_envelopes) {
      object = enclosed;
      continue;
    }
    if (is_string(document, event.type)) {
      const std::string_view type = document.raw_string(event.type);
      if (type == "commit") return {};
      if (type == "build_log") {
        if (!take_build_log(document, event, chunk)) return {};
        return chunk;
      }
    }
    if (event.change) return {};
    for (std::size_t i = 0; i < event.shipped.size(); ++i) {
      if (!is_string(document, event.shipped[i])) continue;
      take_text(document, event.shipped[i], k_shipped_fields[i], chunk);
      return chunk;
    }
    return {};
  }
}

}  // namespace tokensieve
