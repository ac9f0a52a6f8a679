#include "tests/detectors/stacks.h"

#include "tests/detectors/encoders.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tokensieve::stacks {
namespace {

using samples::generator;

constexpr std::string_view k_nexus = "NpmToken.";

struct context {
  std::string before;
  std::string behind;
  std::string registry;
};
const std::vector<context>& all_contexts() {
  static const std::vector<context> k_contexts = {
      {"", "", ""},
      {"//npm.corp.example/team/:_authToken=", "\n", "npm.corp.example/team/"},
      {"npmRegistries:\n  \"https://npm.corp.example\":\n    npmAuthToken: \"",
       "\"\n", "npm.corp.example/"},
      {"npmAuthToken: \"", "\"\n", ""},
      {"NPM_TOKEN=", "\n", ""},
      {"export NODE_AUTH_TOKEN='", "' CI=1\n", ""},
      {"npm config set _authToken ", " --global\n", ""},
      {"auth NpmToken.", "\n", ""}};
  return k_contexts;
}

// No line ends with eight letters: they could be a line of a block.
std::string noise(generator& random, std::size_t lines) {
  std::string text;
  for (; lines > 0; --lines) {
    switch (random.below(12)) {
      case 0:
        text += "2026-11-24T02:07:00Z added 1413 packages in 12s";
        break;
      case 1:
        text += R"({"level":"info","msg":"dépôt prêt \"a/b\"","n":3})";
        break;
      case 2:
        text += "naïve café — 日本語のログ \xf0\x9f\x9a\x80";
        break;
      case 3:
        text += "GET /a%20b?x=1&amp;y=2 HTTP/1.1 200";
        break;
      case 4:
        text += "resolved sha512-" + samples::base64(random.bytes(64));
        break;
      case 5:
        text += "commit " + random.letters("0123456789abcdef", 40) + " ok";
        break;
      case 6:
        text += R"(at C:\new\utils\x.js:12:3)";
        break;
      case 7:
        text += "\x1b[32m✓\x1b[0m 12 tests passed (3.4 s)";
        break;
      case 8:
        text += "run id: " + samples::uuid(random) + " done";
        break;
      case 9:
        text += "a=3D \xe9t\xe9 \xff.";
        break;
      case 10:
        text += "";
        break;
      default:
        text += random.letters(samples::k_lower, 1 + random.below(7)) + " ok";
    }
    text += '\n';
  }
  return text;
}

std::string hex_escape(std::uint32_t code) {
  const std::string_view digits = "0123456789abcdef";
  std::string text = "\\u";
  for (const unsigned shift : {12u, 8u, 4u, 0u})
    text += digits[code >> shift & 15];
  return text;
}

// The size of the character at `at`; 1 for what is none in UTF-8.
std::size_t utf8_size(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead < 0xc2   ? 1
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                           : lead < 0xf5 ? 4
                                         : 1;
  const std::string_view rest = text.substr(at + 1, size - 1);
  const bool whole =
      rest.size() + 1 == size && std::ranges::all_of(rest, [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
      });
  return whole ? size : 1;
}

// A character of two bytes or more; one over 16 bits in two halves.
std::string escaped_utf8(std::string_view bytes) {
  std::uint32_t code =
      static_cast<unsigned char>(bytes[0]) & (0x7fu >> bytes.size());
  for (const char c : bytes.substr(1))
    code = code << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  if (code < 0x10000) return hex_escape(code);
  return hex_escape(0xd7c0 + (code >> 10)) +
         hex_escape(0xdc00 + (code & 0x3ff));
}

// The sign that an encoding begins its units with: its writers encode it.
char sign_of(const std::string& encoding) {
  if (encoding == "percent") return '%';
  if (encoding == "html") return '&';
  return encoding == "quoted-printable" ? '=' : '\\';
}

bool is_word(char c) {
  return c == '_' || samples::k_base62.find(c) != samples::k_base62.npos;
}

// What a writer must encode is, and some of the rest; of letters, digits and
// `_` only those of the token.
std::string partly(const std::string& encoding, std::string_view text,
                   const std::string& value, generator& random) {
  const std::string style = encoders::style(encoding, random);
  const std::size_t one_in = 2 + random.below(8);
  const bool line_ends = random.chance(2);
  const std::size_t token = text.find(value);
  const std::size_t behind = text.find(value) + value.size();
  // Of letters no quoted-printable has more than it must.
  const bool letters = encoding != "quoted-printable";
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool in_token = token != text.npos && i >= token && i < behind;
    const bool may = in_token ? letters : !is_word(c);
    bool chosen = may && random.chance(one_in);
    if (c == '\n' || c == '\r') chosen = line_ends;
    if (c == sign_of(encoding)) chosen = true;
    encoded += chosen ? encoders::one(style, c) : std::string(1, c);
  }
  return encoded;
}

// Colours in the token, wherever it stands.
std::string coloured(std::string text, const std::string& value,
                     generator& random) {
  const std::size_t token = text.find(value);
  const std::size_t behind = text.find(value) + value.size();
  if (token == text.npos) return text;
  for (std::size_t at = behind - 1; at > token; --at) {
    if (at > token + 1 && !random.chance(12)) continue;
    text.insert(at, random.pick({"\x1b[01;31m", "\x1b[m\x1b[K", "\x1b[0m"}));
  }
  return text;
}

bool is_lettered(const std::string& encoding) {
  return encoding == "base64" || encoding == "hex";
}

// What one layer makes of what stands in it.
std::string encoded(const layer& how, const std::string& text,
                    const std::string& value, generator& random) {
  if (how.encoding == "base64")
    return samples::base64(text, how.url ? "-_" : "+/", how.padded);
  if (how.encoding == "terminal") return coloured(text, value, random);
  if (how.partly) return partly(how.encoding, text, value, random);
  return encoders::wrap(how.encoding, text, random).text;
}

std::string folded(const layer& how, const std::string& text,
                   const std::string& prefix, generator& random) {
  if (how.column == 0 || text.size() <= how.column) return text;
  std::size_t begin = 0;
  return encoders::fold(text, how.column, prefix, how.crlf ? "\r\n" : "\n",
                        random, begin);
}

std::string with_escaped_slashes(std::string_view text) {
  std::string escaped;
  for (const char c : text)
    escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  return escaped;
}

std::string with_signs(std::string_view text) {
  std::string patch = "+";
  for (std::size_t i = 0; i < text.size(); ++i) {
    patch += text[i];
    if (text[i] == '\n' && i + 1 < text.size()) patch += '+';
  }
  return patch;
}

// The text beside what a layer has made, inside the next one.
std::string surrounded(const layer& how, const std::string& text,
                       generator& random) {
  const bool own_lines = how.column > 0 || how.encoding.starts_with("utf-16");
  std::string all = noise(random, how.before);
  if (how.before > 0 && !own_lines) {
    all += random.pick({"", "data: ", "x=\"", "- ("});
  }
  if (how.encoding == "hex") {
    all += random.letters("0123456789abcdef", how.glued);
  } else if (how.encoding == "base64") {
    all += random.letters(samples::k_base62, how.glued);
  }
  all += text;
  if (how.behind > 0) {
    all += own_lines ? std::string("\n") : random.pick({"\n", "\" ", " ", ")"});
  }
  return all + noise(random, how.behind);
}

}  // namespace

std::size_t contexts() {
  return all_contexts().size();
}

shape random_shape(unsigned seed) {
  generator random(seed);
  shape made;
  made.seed = seed;
  const bool legacy = random.chance(2);
  if (legacy) made.context = 1 + random.below(contexts() - 1);
  made.shift = random.below(13);
  if (random.chance(3)) made.inside = 1 + random.below(2);
  const std::size_t depth = random.below(legacy ? 4 : 5);
  std::vector<std::string> others = encoders::names();
  std::erase(others, "base64");
  const std::size_t other = random.below(depth + 2);
  for (std::size_t i = 0; i < depth; ++i) {
    layer one{.encoding = i == other ? random.pick(others) : "base64"};
    // Colours stand in the token itself.
    if (i == other && i + 1 == depth && random.chance(8))
      one.encoding = "terminal";
    one.url = random.chance(3);
    one.padded = random.chance(2);
    if (is_lettered(one.encoding) && random.chance(2)) {
      one.column = 16 + random.below(105);
      if (one.encoding == "hex") one.column &= ~std::size_t{1};
      one.crlf = random.chance(3);
    }
    const bool unit = !is_lettered(one.encoding) &&
                      !one.encoding.starts_with("utf-16") &&
                      one.encoding != "terminal";
    one.partly = unit && random.chance(2);
    if (random.chance(2)) one.before = random.below(3);
    if (random.chance(2)) one.behind = 1 + random.below(2);
    if (one.column == 0 && random.chance(4)) one.glued = 1 + random.below(6);
    made.layers.push_back(one);
  }
  if (random.chance(3)) {
    made.prefix =
        random.pick({"    ", "\t", "2026-11-24T02:07:0#.#######Z ",
                     "[2026-11-24 02:07:##] ", "#12 #.### ", "npm_1  | ", "+",
                     "> ", "2026-11-24T02:07:##Z +",
                     "Nov 24 02:07:## host job[12]: ", "  \"", "\x1b[36m"});
  }
  made.named = random.chance(2);
  made.escaped_slashes = random.chance(4);
  made.patch = !made.prefix.ends_with('+') && random.chance(6);
  made.lines = random.below(5);
  return made;
}

rendered render(const shape& of, bool hollow) {
  generator random(of.seed);
  const context& around = all_contexts()[of.context];
  const bool legacy = of.context > 0;
  std::string value =
      legacy ? samples::uuid(random) : samples::granular(random);
  if (hollow) value = std::string(value.size(), 'z');
  std::string text = noise(random, of.inside) +
                     random.letters(samples::k_base62, of.shift) +
                     (of.shift > 0 && (legacy || of.shift > 6) ? "\n" : "") +
                     around.before + value + around.behind;
  if (of.inside > 0) text += "\n" + noise(random, of.inside);

  for (std::size_t i = of.layers.size(); i-- > 0;) {
    const layer& how = of.layers[i];
    const bool outermost = i == 0;
    text = folded(how, encoded(how, text, value, random),
                  outermost ? of.prefix : "", random);
    if (!outermost) text = surrounded(how, text, random);
  }

  const layer outer = of.layers.empty() ? layer{} : of.layers[0];
  const bool utf16 = outer.encoding.starts_with("utf-16");
  if (of.escaped_slashes && outer.encoding == "base64")
    text = with_escaped_slashes(text);
  if (of.named && outer.column == 0 && !utf16)
    text = random.pick({"dump: ", "t=\"", "- "}) + text;
  text = noise(random, of.lines) + text;
  if (of.lines > 0) text += "\n" + noise(random, of.lines);
  if (of.patch && !utf16) text = with_signs(text);
  // Of `NpmToken.` and a UUID, all is the token.
  if (of.context + 1 == contexts()) value = std::string(k_nexus) + value;
  return {text, value, around.registry};
}

std::vector<shape> simpler(const shape& than) {
  std::vector<shape> all;
  const auto try_with = [&](auto change) {
    shape next = than;
    change(next);
    if (describe(next) != describe(than)) all.push_back(std::move(next));
  };
  for (std::size_t i = 0; i < than.layers.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    try_with([&](shape& s) { s.layers.erase(s.layers.begin() + at); });
    try_with([&](shape& s) { s.layers[i].column = 0; });
    try_with([&](shape& s) { s.layers[i].crlf = false; });
    try_with([&](shape& s) { s.layers[i].before = 0; });
    try_with([&](shape& s) { s.layers[i].behind = 0; });
    try_with([&](shape& s) { s.layers[i].glued = 0; });
    try_with([&](shape& s) { s.layers[i].partly = false; });
    try_with([&](shape& s) { s.layers[i].url = false; });
    try_with([&](shape& s) { s.layers[i].padded = true; });
  }
  try_with([](shape& s) { s.lines = 0; });
  try_with([](shape& s) { s.prefix.clear(); });
  try_with([](shape& s) { s.named = false; });
  try_with([](shape& s) { s.escaped_slashes = false; });
  try_with([](shape& s) { s.patch = false; });
  try_with([](shape& s) { s.context = 0; });
  try_with([](shape& s) { s.shift = 0; });
  try_with([](shape& s) { s.inside = 0; });
  return all;
}

std::string describe(const shape& what) {
  std::string text = "seed " + std::to_string(what.seed) + ", context " +
                     std::to_string(what.context);
  const auto add = [&](const char* name, std::size_t count) {
    if (count > 0)
      text += std::string(" ") + name + ' ' + std::to_string(count);
  };
  add("shift", what.shift);
  add("inside", what.inside);
  for (const layer& one : what.layers) {
    text += "; " + one.encoding;
    if (one.partly) text += " partly";
    if (one.url) text += " url";
    if (!one.padded) text += " unpadded";
    add("column", one.column);
    if (one.crlf) text += " crlf";
    add("before", one.before);
    add("glued", one.glued);
    add("behind", one.behind);
  }
  text += ';';
  if (!what.prefix.empty()) text += " prefix '" + what.prefix + '\'';
  if (what.named) text += " named";
  if (what.escaped_slashes) text += " escaped slashes";
  if (what.patch) text += " patch";
  add("lines", what.lines);
  return text;
}

std::vector<std::string> as_json(std::string_view text) {
  const auto escape = [&](std::string_view also, bool ascii) {
    std::string json = "{\"text\":\"";
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at];
      const std::size_t size = utf8_size(text, at);
      if (ascii && size > 1) {
        json += escaped_utf8(text.substr(at, size));
      } else if (c == '"' || c == '\\' || (c == '/' && also.contains(c))) {
        json += std::string{'\\', c};
      } else if (c == '\n' || c == '\r' || c == '\t') {
        json += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
      } else if ((c >= 0 && c < 0x20) || also.contains(c)) {
        json += hex_escape(static_cast<unsigned char>(c));
      } else {
        json += text.substr(at, size);
      }
      at += size;
    }
    return json + "\"}";
  };
  return {escape("", false), escape("/", true), escape("<>&'=", true)};
}

}  // namespace tokensieve::stacks
