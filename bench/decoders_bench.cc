// What each encoding costs where a log holds tokens in it: full scans of logs
// with an encoded token in each piece of 4 KiB.

#include "bench/sample_logs.h"
#include "bench/synthetic_token.h"
#include "bench/text_makers.h"
#include "detectors/scanner.h"

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

constexpr std::size_t k_piece = 4 << 10;

using encoder = std::function<std::string(std::string_view)>;

// As `.npmrc` and shells write it, so that there is something around a token.
std::string wrapped(std::string_view token) {
  return "# written by the release job\n//npm.corp.example/:_authToken=" +
         std::string(token) + "\nalways-auth=true\n";
}

std::vector<std::string> encoded_logs(const encoder& encode) {
  std::vector<std::string> logs = log_texts(k_piece, hits::none).texts;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const std::string planted = " " + encode(synthetic_token(i)) + " ";
    logs[i].replace(k_piece / 2, planted.size(), planted);
  }
  return logs;
}

void decoding(benchmark::State& state,
              const std::vector<token_encoding>& expected,
              const encoder& encode) {
  scanner finder(signatures::compile(), token_confidence::medium);
  const std::vector<std::string> logs = encoded_logs(encode);
  std::vector<finding> found;
  for (const std::string& text : logs) {
    found.clear();
    if (!finder.scan(text, {}, found) || found.size() != 1 ||
        found.front().encodings != expected) {
      return state.SkipWithError("the findings are not those planted");
    }
  }
  for (auto _ : state) {
    for (const std::string& text : logs) {
      found.clear();
      benchmark::DoNotOptimize(finder.scan(text, {}, found));
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(logs.size() * k_piece) *
                          state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(logs.size()) *
                          state.iterations());
}

struct encoding_case {
  const char* name;
  std::vector<token_encoding> expected;
  encoder encode;
};

const std::vector<encoding_case>& cases() {
  using enum token_encoding;
  static const std::vector<encoding_case> k_cases{
      {"clear", {}, [](auto token) { return wrapped(token); }},
      {"base64",
       {base64},
       [](auto token) { return tokensieve::base64(wrapped(token)); }},
      {"base64_of_base64",
       {base64, base64},
       [](auto token) {
         return tokensieve::base64(tokensieve::base64(wrapped(token)));
       }},
      {"hex",
       {hex},
       [](auto token) { return tokensieve::hex(wrapped(token)); }},
      {"percent",
       {percent},
       [](auto token) { return spelled(wrapped(token), "%"); }},
      {"escape",
       {escape},
       [](auto token) { return spelled(wrapped(token), "\\x"); }},
      {"html",
       {html},
       [](auto token) { return spelled(wrapped(token), "&#x", ";"); }},
      {"quoted_printable",
       {quoted_printable},
       [](auto token) { return spelled(wrapped(token), "="); }},
      {"utf_16le",
       {utf_16le},
       [](auto token) { return utf16(wrapped(token), true); }},
      {"utf_16be",
       {utf_16be},
       [](auto token) {  // The mark tells it from the other order behind a byte
                         // of text.
         return "\xfe\xff" + utf16(wrapped(token), false);
       }},
      {"gzip_in_base64",
       {base64, gzip},
       [](auto token) { return tokensieve::base64(gzipped(wrapped(token))); }},
      {"terminal",
       {terminal},
       [](auto token) {
         return "\x1b[31mnpm_\x1b[0m" + std::string(token.substr(4));
       }},
  };
  return k_cases;
}

void register_all() {
  for (const encoding_case& one : cases()) {
    benchmark::RegisterBenchmark((std::string("decoding/") + one.name).c_str(),
                                 [&one](benchmark::State& state) {
                                   decoding(state, one.expected, one.encode);
                                 });
  }
}

}  // namespace
}  // namespace tokensieve

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  tokensieve::register_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
