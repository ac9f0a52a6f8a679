// The detector on one core: the prefilter over raw bytes and the scan of
// unescaped text, over logs without a token and with one in each piece.
//
//   detectors_bench                       generated log lines
//   TOKENSIEVE_CORPUS=DIR detectors_bench the files below DIR

#include "detectors/scanner.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::string_view k_token = "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";
constexpr std::size_t k_generated = std::size_t{16} << 20;

std::string read_files(const char* folder) {
  std::string text;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  return text;
}

// Lines as a build prints them, no two alike.
std::string generate() {
  std::string text;
  for (std::size_t i = 0; text.size() < k_generated; ++i) {
    const std::string number = std::to_string(i * 2'654'435'761u);
    text += "2026-11-24T02:07:00." + number.substr(0, 4) + "Z ";
    switch (i % 4) {
      case 0:
        text += "\x1b[36;1mnpm ci --ignore-scripts\x1b[0m\n";
        break;
      case 1:
        text += "npm http fetch GET 200 /package-" + number + " 12ms\n";
        break;
      case 2:
        text += "  env npm_config_cache=/tmp/npm-" + number + "\n";
        break;
      default:
        text += "ok " + number + " - src/lib/module.test.ts (3 ms)\n";
    }
  }
  return text;
}

const std::string& log_text() {
  static const std::string k_text = [] {
    const char* folder = std::getenv("TOKENSIEVE_CORPUS");
    return folder == nullptr ? generate() : read_files(folder);
  }();
  return k_text;
}

// The log in pieces of `size` bytes, each with `planted` in its middle.
std::vector<std::string> pieces(std::size_t size, std::string_view planted) {
  std::vector<std::string> all;
  for (std::size_t at = 0; at + size <= log_text().size(); at += size) {
    all.push_back(log_text().substr(at, size));
    all.back().replace(size / 2, planted.size(), planted);
  }
  return all;
}

scanner& shared_scanner() {
  static scanner finder(signatures::compile(), token_confidence::medium);
  return finder;
}

void finish(benchmark::State& state, const std::vector<std::string>& texts) {
  const std::size_t bytes = texts.size() * texts.front().size();
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) *
                          state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(texts.size()) *
                          state.iterations());
}

void prefilter(benchmark::State& state, std::string_view planted) {
  scanner& finder = shared_scanner();
  const auto texts = pieces(static_cast<std::size_t>(state.range(0)), planted);
  for (const std::string& text : texts) {
    if (!planted.empty() && !finder.may_hold_token(text)) {
      return state.SkipWithError("a planted token was not seen");
    }
  }
  std::size_t matches = 0;
  for (auto _ : state) {
    matches = 0;
    for (const std::string& text : texts) {
      matches += finder.may_hold_token(text) ? 1 : 0;
    }
    benchmark::DoNotOptimize(matches);
  }
  state.counters["matched"] =
      static_cast<double>(matches) / static_cast<double>(texts.size());
  finish(state, texts);
}

void scan(benchmark::State& state, std::string_view planted) {
  scanner& finder = shared_scanner();
  const auto texts = pieces(static_cast<std::size_t>(state.range(0)), planted);
  std::vector<finding> found;
  for (const std::string& text : texts) {
    found.clear();
    if (!finder.scan(text, {}, found) ||
        found.size() != (planted.empty() ? 0u : 1u)) {
      return state.SkipWithError("the findings are not those planted");
    }
  }
  for (auto _ : state) {
    for (const std::string& text : texts) {
      found.clear();
      benchmark::DoNotOptimize(finder.scan(text, {}, found));
    }
  }
  finish(state, texts);
}

// 173 bytes: a line an event.
BENCHMARK_CAPTURE(prefilter, no_token, "")->Arg(173)->Arg(4096)->Arg(65536);
BENCHMARK_CAPTURE(prefilter, token_in_each, k_token)->Arg(4096)->Arg(65536);
BENCHMARK_CAPTURE(scan, no_token, "")->Arg(173)->Arg(4096)->Arg(65536);
BENCHMARK_CAPTURE(scan, token_in_each, k_token)->Arg(4096)->Arg(65536);

}  // namespace
}  // namespace tokensieve

BENCHMARK_MAIN();
