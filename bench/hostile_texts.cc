#include "bench/hostile_texts.h"

#include "bench/text_makers.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

namespace tokensieve {
namespace {

// Of npm's form, with a checksum that is wrong.
constexpr std::string_view k_bad_token =
    "npm_SYNTHETIC0001TOKENxNOTxREALxxx1rVOnX";
constexpr std::string_view k_uuid = "12345678-9abc-4def-8123-456789abcdef";

class collection {
 public:
  explicit collection(std::size_t size) : size_(size) {}

  void text(std::string name, std::string bytes) {
    all_.push_back({std::move(name), hostile_form::text, std::move(bytes)});
  }
  void flood(std::string name, std::string_view unit) {
    text(std::move(name), repeat(unit, size_));
  }
  void each(std::string name,
            const std::function<std::string(std::size_t)>& unit) {
    text(std::move(name), sequence(size_, unit));
  }
  void record(std::string name, std::string bytes) {
    all_.push_back({std::move(name), hostile_form::record, std::move(bytes)});
  }

  void compressed(std::string name, std::string bytes) {
    all_.push_back(
        {std::move(name), hostile_form::compressed, std::move(bytes)});
  }

  std::size_t size() const { return size_; }
  std::vector<hostile_input> take() { return std::move(all_); }

 private:
  std::size_t size_;
  std::vector<hostile_input> all_;
};

void add_names(collection& to) {
  const std::string bad(k_bad_token);
  to.flood("npm_", "npm_");
  to.flood("npm_/bad_checksum", bad + " ");
  to.flood("npm_/bad_checksum_dense", bad);
  to.flood("npm_/short", bad.substr(0, 39) + " ");
  to.flood("npm_/low_entropy", "npm_" + std::string(36, 'a') + "\n");
  to.flood("name/NPM_TOKEN", "NPM_TOKEN ");
  to.flood("name/NPM_TOKEN_equals", "NPM_TOKEN=");
  to.flood("name/NODE_AUTH_TOKEN", "NODE_AUTH_TOKEN=%");
  to.flood("name/_authToken", "_authToken=");
  to.flood("name/_authToken_lines", "_authToken=\n");
  to.flood("name/npmAuthToken", "npmAuthToken: ");
  to.flood("name/separators", "_authToken" + std::string(254, ' '));
  to.flood("name/token_create", "npm token create ");
  to.flood("name/token_create_labels",
           "npm token create" + repeat(" token", 1024));
  to.flood("name/created_token", "Created publish token ");
  to.flood("name/NpmToken.", "NpmToken.");
  to.flood("name/any_unit", "npm_token \\ % & = \x1b \r\\x &# %6 =4 \\u00");
  to.flood("uuid/bare", std::string(k_uuid) + "\n");
  to.flood("uuid/named", "NPM_TOKEN=" + std::string(k_uuid) + "\n");
  // The digits of its last group stand for text.
  to.flood("uuid/hex_text", "NPM_TOKEN=6f1c2d3e-4b5a-4978-8796-a5b4c3d2e1f0\n");
  to.flood("uuid/placeholder",
           "_authToken=00000000-0000-0000-0000-000000000000\n");
  to.each("uuid/registry", [](std::size_t i) {
    return "//host/" + std::string(2'000, static_cast<char>('a' + i % 26)) +
           "/:_authToken=" + std::string(k_uuid) + "\n";
  });
  to.flood("uuid/colours", repeat("\x1b[1m", 2'000) +
                               ":_authToken=" + std::string(k_uuid) + "\n");
  to.flood("uuid/slashes",
           repeat("\\/", 2'000) + ":_authToken=" + std::string(k_uuid) + "\n");
  to.flood("yarn/one_line", "npmAuthToken: " + std::string(k_uuid) + " ");
  to.flood("yarn/lines", "  npmAuthToken: " + std::string(k_uuid) + "\n");
  to.flood("yarn/mappings", "  a: b\n    c: d\n      npmAuthToken: " +
                                std::string(k_uuid) + "\n");
  to.flood("yarn/braces",
           repeat("{", 60) + "npmAuthToken: " + std::string(k_uuid));
  to.flood("yarn/servers", repeat("npmRegistryServer ", 180) +
                               "{npmAuthToken: " + std::string(k_uuid) + "}");
}

void add_letters(collection& to) {
  const std::size_t size = to.size();
  const std::string log = plain_log(size);
  const std::string bad = repeat(k_bad_token, size);
  const std::string names = repeat("npm_", size);
  for (unsigned times = 1; times <= 5; ++times) {
    const std::string depth = std::to_string(times);
    to.text("base64/log/" + depth, nested(log, size, times, base64));
    to.text("base64/npm_/" + depth, nested(names, size, times, base64));
    to.text("base64/bad_checksum/" + depth, nested(bad, size, times, base64));
    to.text("hex/log/" + depth, nested(log, size, times, hex));
    to.text("hex/npm_/" + depth, nested(names, size, times, hex));
  }
  to.text("base64/random", letters(size, k_base64));
  to.text("base64/hex/alternating",
          base64(hex(base64(hex(log)))).substr(0, size));
  for (const std::string_view unit :
       {"V", "Q", "U", "A", "Z", "VV", "VVVU", "TWFu", "Vm0w", "bnBtX", "ICAg",
        "0", "6e", "6e7", "36", "3633", "4", "56", "5656565"})
    to.flood("letters/" + std::string(unit), unit);
  // All alignments make text, and text of letters again.
  to.text("letters/four_alignments", letters(size, "UVWQRSTabcdef"));
  to.text("letters/four_alignments_25", letters(size, "Vm0wd2QyUXlVWGx"));
  to.text("letters/hex_digits", letters(size, "34567"));
  to.text("letters/hex_of_letters", letters(size, "456"));
  for (const std::size_t run : {16, 20, 40, 47, 48, 64, 72, 100}) {
    const std::string count = std::to_string(run);
    to.each("letters/runs_of/" + count, [&](std::size_t i) {
      return base64(log.substr(i * 48 % 100'000, run)).substr(0, run) + ' ';
    });
    to.each("letters/lines_of/" + count, [&](std::size_t i) {
      return base64(log.substr(i * 48 % 100'000, run)).substr(0, run) + '\n';
    });
  }
  const std::string once = base64(log);
  const std::string twice = base64(once);
  for (const std::size_t column :
       {8, 9, 15, 16, 17, 19, 24, 60, 76, 77, 255, 4'096, 4'100}) {
    const std::string count = std::to_string(column);
    to.text("folded/" + count, folded(twice, column, "", "\n", size));
    to.text(
        "folded/prefix/" + count,
        folded(twice, column, "2026-11-24T02:07:00.1234567Z ", "\r\n", size));
    to.text("folded/string/" + count,
            folded(once, column, "\"", "\\n\" +\n", size));
    to.text("folded/hex/" + count, folded(hex(log), column, "", "\n", size));
    to.text("folded/elements/" + count,
            folded(once, column, "\"", "\",", size));
  }
  to.text("folded/narrowing", sequence(size, [&](std::size_t i) {
            return once.substr(0, 4'096 - i % 4'080) + '\n';
          }));
  to.text("folded/widening", sequence(size, [&](std::size_t i) {
            return once.substr(0, 16 + i % 4'080) + '\n';
          }));
  to.text("folded/long_prefix",
          folded(once, 48, std::string(250, ' '), "\n", size));
  to.text("folded/signs", folded(once, 48, "+", "\n", size));
  to.text("folded/escaped_slashes", repeat("\\\\\\\\\\\\\\/", size));
  to.text("folded/slashes_in_text", repeat("VGhpcyBpcyB0ZXh0\\/", size));
}

void add_units(collection& to) {
  const std::size_t size = to.size();
  const std::string log = plain_log(size / 8);
  const std::string bad = repeat(k_bad_token, size / 8);
  const auto percent = [](std::string_view text) { return spelled(text, "%"); };
  to.flood("percent/n", "%6E");
  to.flood("percent/one", "%6E ");
  to.flood("percent/gap", "%6E              ");
  to.flood("percent/nest", "%25%32%35");
  to.flood("percent/signs", "%");
  to.flood("percent/not_letters", "%20%2F");
  to.text("percent/npm_", repeat(percent(bad), size));
  for (unsigned times = 2; times <= 4; ++times) {
    to.text("percent/nested/" + std::to_string(times),
            nested(log, size, times, percent));
  }
  to.flood("escape/n", "\\u006e");
  to.flood("escape/npm_", "\\u006e\\u0070\\u006d\\u005f");
  to.flood("escape/braces", "\\u{00006e}");
  to.flood("escape/octal", "\\156");
  to.flood("escape/hex", "\\x6e");
  to.flood("escape/long", "\\U0000006e");
  to.flood("escape/backslashes", "\\");
  to.flood("escape/eight", "\\\\\\\\\\\\\\\\u006e");
  to.flood("escape/nine", "\\\\\\\\\\\\\\\\\\u006e");
  to.flood("escape/colours", "\\u001b[31mn\\u001b[0m");
  to.flood("escape/line_ends", "n\\n");
  to.text("escape/nested", nested(log, size, 2, [](std::string_view text) {
            return spelled(text, "\\u00");
          }));
  to.flood("html/n", "&#110;");
  to.flood("html/hex", "&#x6e;");
  to.flood("html/long", "&#x0000006e;");
  to.flood("html/names", "&lowbar;");
  to.flood("html/ampersands", "&");
  to.flood("html/not_letters", "&amp;&lt;");
  to.flood("html/nest", "&amp;#110;");
  to.flood("quoted-printable/n", "=6E");
  to.flood("quoted-printable/soft", "n=\n");
  to.flood("quoted-printable/soft_npm_", "n=\np=\nm=\n_=\n");
  to.flood("quoted-printable/blanks", "n=      \n");
  to.flood("quoted-printable/signs", "=");
  to.flood("quoted-printable/nest", "=3D36=45");
  to.text("utf-16/little", utf16(repeat("npm_", size / 2), true));
  to.text("utf-16/big", utf16(repeat("npm_", size / 2), false));
  to.text("utf-16/log", utf16(plain_log(size / 2), true));
  to.text("utf-16/base64", utf16(repeat(base64(base64(log)), size / 2), true));
  to.each("utf-16/alternating",
          [](std::size_t i) { return utf16("npm_SYNTHETIC", i % 2 == 0); });
  to.each("utf-16/short",
          [](std::size_t) { return utf16("npm_SYNT", true) + "  "; });
  to.flood("utf-16/others", std::string("n\0\x01\x02p\0\x03\x04", 8));
  to.text("utf-16/twice",
          repeat(utf16(utf16(repeat("npm_", size / 4), true), true), size));
  to.flood("zeros", std::string_view("\0", 1));
  to.flood("terminal/each_letter", "n\x1b[31mp\x1b[0mm\x1b[1m_\x1b[0m");
  to.flood("terminal/colours", "\x1b[31m");
  to.flood("terminal/escapes", "\x1b");
  to.flood("terminal/link", "n\x1b]8;;https://npm.corp.example/");
  to.flood("terminal/link_open", "npm\x1b]8;;");
  to.flood("terminal/link_one", "\x1b]8;;");
  to.flood("terminal/redraw", "n\rp\rm\r_\r");
  to.flood("terminal/returns", "\r");
  to.flood("terminal/long_parameters", "np\x1b[0;0;0;0;0;0;0;0mm_");
  // A name, and one unit of each encoding near it.
  to.flood("units/all", "npm_token%6E&#110;=6E\\u006e\x1b[0m");
  to.flood("units/all_apart",
           "npm_token" + std::string(100, ' ') + "%20&amp;=20\\t\x1b[0m\n");
  to.text("base64/percent", repeat(base64(percent(bad)), size));
  to.text("base64/utf-16", repeat(base64(utf16(bad, true)), size));
  to.text("percent/base64", repeat(percent(base64(log)), size));
  to.text("escape/base64", repeat(spelled(base64(log), "\\x"), size));
  to.text("hex/percent", repeat(hex(percent(bad)), size));
}

void add_records(collection& to) {
  const std::size_t size = to.size();
  const auto json = [](std::string begin, std::string inner, std::string end) {
    return (begin += inner) += end;
  };
  const std::string named = R"({"text":"npm_token 1","t":)";  // hits
  to.record("json/levels", named + repeat("[", 1'000) + '"' +
                               repeat("x", size) + '"' + repeat("]", 1'000) +
                               '}');
  to.record("json/levels_over", repeat("[", size));
  to.record("json/levels_again",
            json(named + "[",
                 repeat(repeat("[", 1'000) + repeat("]", 1'000) + ',', size) +
                     repeat("]", 1'000),
                 "]}"));
  to.record("json/empty_strings",
            json(named + "[", repeat("\"\",", size - 2), "\"\"]}"));
  to.record("json/short_strings",
            json(named + "[",
                 whole_sequence(size,
                                [](std::size_t i) {
                                  return "\"" +
                                         std::to_string(1'000 + i % 9'000) +
                                         "\",";
                                }) +
                     " \"\"",
                 "]}"));
  to.record("json/keys",
            json(named + "{",
                 whole_sequence(size,
                                [](std::size_t i) {
                                  return "\"" + std::to_string(10'000'000 + i) +
                                         "\":1,";
                                }),
                 "\"z\":1}}"));
  to.record("json/same_key",
            json("{", repeat("\"a\":\"npm_x1\",", size / 13 * 13), "\"a\":1}"));
  to.record(
      "json/texts_twice",
      json("{\"type\":\"build_log\",",
           repeat("\"text\":\"npm_x1\",", size / 16 * 16), "\"text\":\"\"}"));
  to.record("json/lines_of_text",
            json(R"({"type":"build_log","stream":"8812/1","text":[)",
                 whole_sequence(size,
                                [](std::size_t i) {
                                  return "\"line npm_" +
                                         std::to_string(10'000 + i) + "\",";
                                }),
                 "\"\"]}"));
  to.record("json/uuids_in_array",
            json(R"({"NPM_TOKEN":[)",
                 repeat("\"" + std::string(k_uuid) + "\",", size / 39 * 39),
                 "\"\"]}"));
  to.record("json/long_key_over_uuids",
            json("{\"NPM_TOKEN" + std::string(30'000, 'x') + "\":[",
                 repeat("\"" + std::string(k_uuid) + "\",", size / 39 * 39),
                 "\"\"]}"));
  const std::string token = "\"NPM_TOKEN=" + std::string(k_uuid) + "\",";
  const auto tokens = [&](std::size_t bytes) {
    return repeat(token, bytes / token.size() * token.size()) + "\"\"";
  };
  to.record("json/tokens_in_array",
            json(R"({"the_lines_of_a_log_that_has_a_long_name":[)",
                 tokens(size), "]}"));
  to.record("json/tokens_below_long_key",
            json("{\"" + std::string(size / 2, 'x') + "\":[", tokens(size / 2),
                 "]}"));
  to.record("json/tokens_below_hostile_key",
            json("{\"" + repeat("npm_ ", 200) + "\":[", tokens(size), "]}"));
  to.record("json/tokens_below_levels",
            json(repeat("{\"a_member\":", 1'000 * 12) + '[', tokens(size),
                 ']' + repeat("}", 1'000)));
  to.record("json/tokens_with_long_url",
            json("{\"url\":\"" + std::string(size / 2, 'x') + "\",\"text\":[",
                 tokens(size / 2), "]}"));
  to.record("json/escapes",
            json(R"({"text":")", repeat("\\u006e", size / 6 * 6), "\"}"));
  to.record(
      "json/escapes_of_npm_",
      json(R"({"text":")",
           repeat("\\u006e\\u0070\\u006d\\u005f", size / 24 * 24), "\"}"));
  to.record("json/backslashes",
            json(R"({"text":"npm_1)", repeat("\\\\", size / 2 * 2), "\"}"));
  to.record("json/ndjson", whole_sequence(size, [](std::size_t i) {
              return R"({"message":"npm_x)" + std::to_string(10'000 + i) +
                     "\"}\n";
            }));
  to.record("json/ndjson_names", whole_sequence(size, [](std::size_t i) {
              return R"({"message":"npm_x and NPM_TOKEN= in line )" +
                     std::to_string(10'000 + i) + "\"}\n";
            }));
  to.record("json/names",
            json("[",
                 whole_sequence(size,
                                [](std::size_t i) {
                                  return "\"npm_x and NPM_TOKEN= in line " +
                                         std::to_string(10'000 + i) + "\",";
                                }),
                 "\"\"]"));
  to.record("json/ndjson_broken", whole_sequence(size, [](std::size_t i) {
              return i % 3 == 0 ? std::string("{\"a\":\n")
                                : R"({"m":"npm_x)" +
                                      std::to_string(10'000 + i) + "\"}\n";
            }));
  to.record("json/ndjson_scalars", repeat("1\n", size));
  to.record("json/array_of_events",
            json("[",
                 whole_sequence(size,
                                [](std::size_t i) {
                                  return R"({"message":"npm_x)" +
                                         std::to_string(10'000 + i) + "\"},";
                                }),
                 "{}]"));
  to.record("json/cloud_events",
            json("[",
                 repeat(R"({"specversion":"1.0","data":)"
                        R"({"specversion":"1.0","data":{"a":"npm_1"}}},)",
                        size / 72 * 72),
                 "{}]"));
  to.record("json/open_strings", repeat("{\"npm_1", size));
  to.record("json/unclosed", json(R"({"text":"npm_x1)", repeat("n", size), ""));
  to.record(
      "json/patch_hunks",
      json(R"({"type":"commit","sha":"1","files":[{"path":"a","patch":")",
           repeat("@@ -1,1 +1,1 @@\\n+npm_x1\\n", size / 26 * 26), "\"}]}"));
  to.record("json/otlp",
            json(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[)",
                 whole_sequence(size,
                                [](std::size_t i) {
                                  return R"({"body":{"stringValue":"npm_x)" +
                                         std::to_string(10'000 + i) + "\"}},";
                                }),
                 "{}]}]}]}"));
  to.record(
      "json/hidden_tokens",
      json(R"({"a":[)",
           whole_sequence(size,
                          [](std::size_t i) {
                            return "\"NPM_TOKEN=12345678-9abc-4def-8123-" +
                                   std::to_string(100'000'000'000 + i) + "\",";
                          }),
           "\"\"]}"));
}

void add_compressed(collection& to) {
  // To a thousandth; and records as small as that makes them.
  for (const std::size_t size : {to.size() * 8, std::size_t{100'000}}) {
    const std::string count = '/' + std::to_string(size);
    const auto add = [&](const char* name, std::string_view text) {
      to.compressed("gzip/" + std::string(name) + count, gzipped(text));
    };
    const std::string names = repeat("npm_x1 ", size);
    add("zeros", std::string(size, '\0'));
    add("npm_", repeat("npm_", size));
    add("npm_1", names);
    add("gzip", gzipped(names));
    add("json", "{\"a\":[" + repeat("\"\",", size / 3 * 3) + "\"\"]}");
    add("percent", repeat("%6E", size));
    add("base64", repeat("Vm0w", size));
    add("log", plain_log(size));
  }
  to.compressed("gzip/members", repeat(gzipped(""), to.size() / 16));
}

}  // namespace

std::string plain_log(std::size_t size) {
  return sequence(size, [](std::size_t i) {
    const std::string number = std::to_string(i * 2'654'435'761u);
    const std::string time =
        "2026-11-24T02:07:00." + number.substr(0, 4) + "Z ";
    switch (i % 4) {
      case 0:
        return time + "\x1b[36;1mnpm ci --ignore-scripts\x1b[0m\n";
      case 1:
        return time + "npm http fetch GET 200 /package-" + number + " 12ms\n";
      case 2:
        return time + "  env npm_config_cache=/tmp/npm-" + number + "\n";
      default:
        return time + "ok " + number + " - src/lib/module.test.ts (3 ms)\n";
    }
  });
}

std::string as_build_log(std::string_view text) {
  std::string json = R"({"type":"build_log","text":")";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      json += {'\\', c};
    } else if (c == '\n') {
      json += "\\n";
    } else if (byte < 0x20) {
      json += spelled({&c, 1}, "\\u00");
    } else {
      json += byte < 0x80 ? c : '?';
    }
  }
  return json + "\"}";
}

std::vector<hostile_input> hostile_inputs(std::size_t size) {
  collection all(size);
  add_names(all);
  add_letters(all);
  add_units(all);
  add_records(all);
  add_compressed(all);
  return all.take();
}

std::vector<hostile_input> slow_inputs(const std::string& folder,
                                       std::size_t size) {
  std::vector<hostile_input> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    all.push_back({"found/" + entry.path().filename().string(),
                   hostile_form::text, repeat(bytes, size)});
  }
  std::ranges::sort(all, {}, &hostile_input::name);
  return all;
}

}  // namespace tokensieve
