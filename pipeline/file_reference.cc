#include "pipeline/file_reference.h"

#include "pipeline/config_values.h"

#include <fmt/format.h>

#include <string_view>

namespace tokensieve {

namespace {

constexpr std::string_view k_begin = "${file:";

}  // namespace

bool is_file_reference(const std::string& value) {
  return value.starts_with(k_begin) && value.ends_with('}');
}

result<setting> resolve_file_references(setting written) {
  for (std::string& value : written.values) {
    if (!is_file_reference(value)) {
      if (value.find(k_begin) == std::string::npos) continue;
      return std::unexpected(error{"${file:PATH} must be the whole value"});
    }
    const std::string path =
        value.substr(k_begin.size(), value.size() - k_begin.size() - 1);
    auto content = read_small_file(written.directory / path);
    if (!content) {
      return std::unexpected(error{
          fmt::format("cannot read {}: {}", (written.directory / path).string(),
                      content.error().message)});
    }
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    value = *std::move(content);
  }
  return written;
}

}  // namespace tokensieve
