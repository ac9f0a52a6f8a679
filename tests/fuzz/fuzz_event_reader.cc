// Any bytes as an event: read, described and placed.

#include "schemas/event_reader.h"
#include "schemas/place.h"
#include "tests/fuzz/checks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace tokensieve;
using fuzz::require;

struct read_text {
  std::string text;
  std::string pointer;
  std::uint32_t document = 0;
  bool key = false;

  bool operator==(const read_text&) const = default;
};

class collector final : public event_visitor {
 public:
  void on_text(const event_text& text) override {
    require(text.pointer.empty() || text.pointer.front() == '/');
    require(texts.empty() || texts.back().document <= text.document);
    const std::size_t last = text.text.empty() ? 0 : text.text.size() - 1;
    const text_place place = locate(text.text, last, text.patch);
    require(place.line > 0 && place.column > 0);
    texts.push_back({std::string(text.text), std::string(text.pointer),
                     text.document, text.key});
  }

  std::vector<read_text> texts;
};

constexpr std::size_t k_padding = 64;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const event_bytes event{
      .value = value, .content_type = size % 4 == 0 ? "application/json" : ""};
  event_reader reader;
  collector read;
  const auto reason = reader.read(event, read);
  for (const read_text& text : read.texts) {
    const leak place = reader.describe(text.document, text.pointer);
    require(place.field == text.pointer);
  }
  for (const log_chunk& chunk : reader.chunks()) {
    require(chunk.begin <= value.size() &&
            chunk.size <= value.size() - chunk.begin);
  }

  // The quick way, and an event that is indexed where it lies, say the same.
  require(reader.check(event) == reason);
  const std::string padded = std::string(value) + std::string(k_padding, '"');
  collector again;
  event_bytes in_place = event;
  in_place.value = std::string_view(padded).substr(0, size);
  in_place.readable_behind = k_padding;
  require(reader.read(in_place, again) == reason);
  require(again.texts == read.texts);
  return 0;
}
