#include "pipeline/demo_samples.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace tokensieve {
namespace {

// What builds print all day. Every token below is synthetic: no registry ever
// issued it.
constexpr std::array<std::string_view, 12> k_log_lines{
    "npm info using npm@10.8.2",
    "npm http fetch GET 200 https://npm.corp.example/react 43ms (cache hit)",
    "added 1423 packages, and audited 1424 packages in 31s",
    "> web@4.2.0 build",
    "> vite build --mode production",
    "\x1b[36mvite v5.4.2 \x1b[32mbuilding for production...\x1b[39m",
    "transforming (812) src/components/ProductList.tsx",
    "\x1b[32m  PASS\x1b[39m  src/cart/cart.test.ts (2.41 s)",
    "npm warn deprecated glob@7.2.3: no longer supported",
    "#14 [build 6/9] RUN npm ci --omit=dev  CACHED",
    "npm_config_registry=https://npm.corp.example/",
    "request 5afe0000-0001-4000-8000-5eed5eed5eed took 12 ms",
};

struct planted {
  std::string_view text;  ///< JSON-escaped
  bool commit;
};

constexpr std::array<planted, 10> k_leaks{{
    {"NPM_TOKEN=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", false},
    {"//npm.corp.example/:_authToken=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",
     false},
    {"token: \\u001b[36mnpm_tokensieveDemoNotARealToken0032lWYmo\\u001b[0m",
     false},
    {"https://ci: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@git.corp.example/"
     "acme/web.git",
     false},
    {"dump: "
     "eyJOUE1fVE9LRU4iOiJucG1fdG9rZW5zaWV2ZURlbW9Ob3RBUmVhbFRva2VuMDA1MkpaRXdaI"
     "n0=",
     false},
    {"npm config set //npm.corp.example:8443/:_authToken "
     "5afe0000-0002-4000-8000-5eed5eed5eed",
     false},
    {"NODE_AUTH_TOKEN=5afe0000-0003-4000-8000-5eed5eed5eed", false},
    {"+//npm.corp.example/:_authToken=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",
     true},
    {"-const token = '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'", true},
    {"+NPM_TOKEN: \\\"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\\\"", true},
}};

std::string escape_json(std::string_view line) {
  std::string escaped;
  for (const char byte : line) {
    if (byte == '\x1b') {
      escaped += "\\u001b";
    } else {
      escaped += byte;
    }
  }
  return escaped;
}

std::string build_log(std::uint64_t number, std::string_view leak) {
  std::string text;
  for (std::size_t i = 0; i < 12; ++i) {
    text += escape_json(k_log_lines[(number + i) % k_log_lines.size()]);
    text += "\\n";
    if (i == 6 && !leak.empty()) {
      text += leak;
      text += "\\n";
    }
  }
  const std::uint64_t build = 8000 + number / 8;
  return fmt::format(
      R"j({{"type":"build_log","id":"demo-{0}","provider":"github-actions",)j"
      R"j("organization":"acme","repository":"acme/web","build":"{1}",)j"
      R"j("job":"test (20)","url":"https://ci.corp.example/{1}",)j"
      R"j("stream":"{1}/test (20)","sequence":{2},"text":"{3}"}})j",
      number, build, number % 8, text);
}

std::string commit(std::uint64_t number, std::string_view leak) {
  return fmt::format(
      R"j({{"type":"commit","id":"demo-{0}","provider":"github",)j"
      R"j("organization":"acme","repository":"acme/web","branch":"main",)j"
      R"j("sha":"{0:040x}","author":{{"name":"Dana Doe",)j"
      R"j("email":"dana@corp.example"}},"message":"chore: release",)j"
      R"j("files":[{{"path":"ci/publish.sh","status":"modified",)j"
      R"j("patch":"@@ -1,1 +1,2 @@\n set -e\n{1}\n"}}]}})j",
      number, leak.empty() ? std::string_view("+npm publish") : leak);
}

}  // namespace

demo_event make_demo_event(std::uint64_t number) {
  // Every so often one of the leaks, each of them again and again: repeats
  // become sightings.
  constexpr std::uint64_t k_leak_every = 97;
  const bool leaks = number % k_leak_every == k_leak_every / 2;
  const planted& leak = k_leaks[number / k_leak_every % k_leaks.size()];
  const bool is_commit = leaks ? leak.commit : number % 10 == 0;
  const std::string_view text = leaks ? leak.text : std::string_view{};
  return {.commit = is_commit,
          .key = is_commit ? std::string("acme/web")
                           : fmt::format("{}", 8000 + number / 8),
          .value = is_commit ? commit(number, text) : build_log(number, text)};
}

}  // namespace tokensieve
