#include "schemas/event_members.h"

namespace tokensieve {

// Most keys are told apart by their size.
void event_members::note(std::string_view key, std::uint32_t value) noexcept {
  const auto take = [&](std::string_view name, std::uint32_t& member) {
    if (key == name) member = value;
  };
  const auto mark = [&](std::string_view name, bool& member) {
    if (key == name) member = true;
  };
  switch (key.size()) {
    case 3:
      take("job", job);
      take("log", shipped[1]);
      take("sha", sha);
      break;
    case 4:
      take("type", type);
      take("text", text);
      take("data", data);
      take("body", shipped[4]);
      mark("diff", change);
      break;
    case 5:
      take("build", build);
      mark("diffs", change);
      break;
    case 6:
      take("stream", stream);
      take("schema", schema);
      break;
    case 7:
      take("message", shipped[0]);
      take("MESSAGE", shipped[2]);
      take("payload", payload);
      mark("commits", change);
      break;
    case 8:
      take("sequence", sequence);
      take("provider", provider);
      break;
    case 10:
      take("repository", repository);
      break;
    case 11:
      take("specversion", specversion);
      break;
    case 12:
      take("resourceLogs", resource_logs);
      break;
    case 13:
      take("short_message", shipped[3]);
      break;
    default:
      break;
  }
}

event_type type_of(const json_index& document,
                   const event_members& event) noexcept {
  if (event.type == 0 || document.kind(event.type) != '"') {
    return event_type::other;
  }
  const std::string_view name = document.raw_string(event.type);
  if (name == "build_log") return event_type::build_log;
  if (name == "commit") return event_type::commit;
  return event_type::other;
}

}  // namespace tokensieve
