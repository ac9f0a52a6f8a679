// What the contracts cost: the look at an event's structure that every event
// pays for, reading every string of it, and writing a request.

#include "bench/sample_logs.h"
#include "bench/synthetic_token.h"
#include "detectors/scanner.h"
#include "schemas/event_reader.h"
#include "schemas/request.h"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

// Bytes behind an event that may be read, as behind one in a batch.
constexpr std::size_t k_padding = 64;

void finish(benchmark::State& state, const sample& events) {
  state.SetBytesProcessed(static_cast<std::int64_t>(events.bytes()) *
                          state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(events.texts.size()) *
                          state.iterations());
}

sample padded_events(benchmark::State& state) {
  sample events =
      log_events(static_cast<std::size_t>(state.range(0)), hits::none);
  for (std::string& event : events.texts)
    event.reserve(event.size() + k_padding);
  return events;
}

event_bytes bytes_of(const std::string& event) {
  return {.value = event, .content_type = {}, .readable_behind = k_padding};
}

// Without its last bracket. Not a sub-view: a reader may look behind it.
bool refuses_cut(event_reader& reader, std::string event) {
  event.pop_back();
  return reader.check(bytes_of(event)) == dead_letter_reason::invalid_json;
}

void check(benchmark::State& state) {
  event_reader reader;
  const sample events = padded_events(state);
  for (const std::string& event : events.texts) {
    if (reader.check(bytes_of(event)) || !refuses_cut(reader, event)) {
      return state.SkipWithError("wrong verdict");
    }
  }
  for (auto _ : state) {
    for (const std::string& event : events.texts)
      benchmark::DoNotOptimize(reader.check(bytes_of(event)));
  }
  finish(state, events);
}

class string_counter final : public event_visitor {
 public:
  void on_text(const event_text& text) override {
    ++texts;
    bytes += text.text.size();
  }
  std::size_t texts = 0;
  std::size_t bytes = 0;
};

void read(benchmark::State& state) {
  event_reader reader;
  const sample events = padded_events(state);
  string_counter strings;
  for (const std::string& event : events.texts) {
    if (reader.read(bytes_of(event), strings)) {
      return state.SkipWithError("wrong verdict");
    }
  }
  // Four members, keys and values.
  if (strings.texts != 8 * events.texts.size()) {
    return state.SkipWithError("not every string was read");
  }
  for (auto _ : state) {
    for (const std::string& event : events.texts)
      benchmark::DoNotOptimize(reader.read(bytes_of(event), strings));
  }
  finish(state, events);
}

/// A token as `inspector` describes one.
leaked_token leaked() {
  scanner finder(signatures::compile(), token_confidence::medium);
  std::vector<finding> found;
  std::ignore = finder.scan(
      "//npm.corp.example/:_authToken=" + synthetic_token(1), {}, found);
  leaked_token token{.found = std::move(found.at(0)),
                     .where = {},
                     .hazards = {token_hazard::wipe_on_revoke}};
  token.where.kind = leak_kind::build_log;
  token.where.provider = "github-actions";
  token.where.organization = "acme";
  token.where.repository = "acme/web";
  token.where.build = "8812";
  token.where.job = "test (20)";
  token.where.url = "https://ci.example/8812";
  token.where.time = "2026-11-24T02:07:00Z";
  token.where.field = "/text";
  token.where.line = 12;
  token.where.column = 33;
  return token;
}

void request(benchmark::State& state) {
  const leaked_token token = leaked();
  const kafka_origin origin{.topic = "ci.build-logs",
                            .partition = 3,
                            .offset = 81'234,
                            .timestamp_ms = 1'795'000'000'000};
  const std::string written = write_request(token, origin);
  if (!written.contains(synthetic_token(1)) ||
      !written.contains(request_id(token, origin))) {
    return state.SkipWithError("wrong request");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(write_request(token, origin));
    benchmark::DoNotOptimize(
        cloud_event_headers(output_kind::request, token, origin));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(written.size()) *
                          state.iterations());
  state.SetItemsProcessed(state.iterations());
}

void sizes(benchmark::internal::Benchmark* of) {
  for (const std::int64_t size : {200, 4 << 10, 64 << 10, 1 << 20})
    of->Arg(size);
}

BENCHMARK(check)->Apply(sizes);
BENCHMARK(read)->Apply(sizes);
BENCHMARK(request);

}  // namespace
}  // namespace tokensieve

BENCHMARK_MAIN();
