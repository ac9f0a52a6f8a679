#include "detectors/bytes.h"
#include "detectors/decoders.h"
#include "detectors/token_form.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

namespace tokensieve {
namespace {

// A run is decoded in pieces of whole characters.
constexpr std::size_t k_reach_back = 8'192;
constexpr std::size_t k_reach = 65'536;
constexpr std::size_t k_overlap = 4'096;
// A run is looked at in either byte order.
constexpr std::size_t k_walks = 4;

constexpr bool is_separator(char c) noexcept {
  return is_blank(c) || is_quote(c) || c == '\r' || c == '\n' || c == ':' ||
         c == ',';
}
constexpr bool is_text(char c) noexcept {
  return (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
}

// Both byte orders: NULs between ASCII letters. A character beyond Latin-1 may
// stand between two of those that are not.
class utf16_decoder final : public decoder {
 public:
  token_encoding encoding(const encoded_run& run) const noexcept override {
    return run.lane == k_little ? token_encoding::utf_16le
                                : token_encoding::utf_16be;
  }

  std::vector<std::string> text_patterns() const override { return {}; }
  bool reads(token_encoding found) const noexcept override {
    return found == token_encoding::utf_16le;
  }

  std::optional<encoded_run> find_run(
      std::string_view text, bool patch, decoder_trigger trigger,
      run_memory& memory) const noexcept override {
    const std::size_t letter = trigger.end - 1;
    if (trigger.end > memory.run.end) {
      memory.run = widest(text, letter, memory.decoded);
      memory.work->spend(k_walks * (memory.run.end - memory.run.begin));
      memory.covered.fill(0);
    }
    encoded_run found{.run = memory.run, .piece = {}, .patch = patch};
    found.lane = (letter - found.run.begin) % 2 == 0 ? k_little : k_big;
    std::size_t& covered = memory.covered[found.lane];
    if (trigger.end <= covered) return std::nullopt;
    const std::size_t back = letter - found.run.begin;
    found.piece.begin =
        back <= k_reach_back
            ? found.run.begin
            : letter - k_reach_back - (found.lane == k_big ? 1 : 0);
    found.piece.end = std::min(found.run.end, letter + k_reach);
    covered = found.piece.end == found.run.end ? found.run.end
                                               : found.piece.end - k_overlap;
    return found;
  }

  std::size_t covered_to(std::string_view, bool, decoder_trigger trigger,
                         run_memory& memory) const noexcept override {
    if (trigger.end > memory.run.end) return 0;
    const std::size_t letter = trigger.end - 1;
    const bool big = (letter - memory.run.begin) % 2 != 0;
    const std::size_t covered = memory.covered[big ? k_big : k_little];
    return trigger.end <= covered ? covered : 0;
  }

  void decode(std::string_view text, const encoded_run& run, std::string& out,
              std::vector<decoded_place>&) const override {
    const std::size_t low = run.lane == k_little ? 0 : 1;
    for (std::size_t at = run.piece.begin; at + 1 < run.piece.end; at += 2) {
      const char high = text[at + 1 - low];
      out += high == '\0' ? text[at + low] : '?';
    }
  }

 private:
  static constexpr unsigned k_little = 0;
  static constexpr unsigned k_big = 1;

  // The characters around the letter at `at`, in the byte order of which there
  // are more.
  static text_range widest(std::string_view text, std::size_t at,
                           bool decoded) noexcept {
    const text_range little = around(text, at, 0);
    const text_range big =
        at == 0 ? text_range{at, at} : around(text, at - 1, 1);
    const std::size_t more_big = big.end - big.begin;
    const std::size_t more_little = little.end - little.begin;
    if (text.substr(0, big.begin).ends_with("\xfe\xff")) return big;
    if (more_big != more_little) return more_big > more_little ? big : little;
    // There is a letter at either end, and one of them stands beside the run.
    if (little.begin < big.begin) {
      const bool as_little = ends_with_token(text, little, 0);
      const bool as_big = ends_with_token(text, big, 1);
      if (as_little != as_big) return as_big ? big : little;
      // A word's first letter would be lost, perhaps that of a name.
      if (as_little && is_word(text[little.begin])) return little;
      const auto order = decoded ? begins_big(text) : std::nullopt;
      if (order) return *order ? big : little;
      const bool first = is_text(text[little.begin]);
      const bool last = is_text(text[big.end - 1]);
      if (first != last) return first ? little : big;
    }
    // One letter that stands beside the run has been taken for a part of it,
    // in front or behind.
    const bool at_line_begin =
        little.begin == 0 || text[little.begin - 1] == '\n';
    const bool beside = is_separator(text[little.begin]) &&
                        !(at_line_begin && is_separator(text[big.end - 1]));
    // Little-endian text at the end of all would not leave the last letter out.
    const bool at_end =
        big.end == text.size() && !is_separator(text[big.end - 1]);
    return beside || at_end ? big : little;
  }

  // With one more letter behind it or none. In the other order a token's last
  // letter is missing, or there is one too many.
  static bool ends_with_token(std::string_view text, text_range run,
                              std::size_t low) noexcept {
    if (run.end > run.begin && !is_word(text[run.end - 2 + low])) run.end -= 2;
    std::array<char, k_granular_size> letters{};
    const std::size_t size =
        std::min((run.end - run.begin) / 2, letters.size());
    for (std::size_t i = 0; i < size; ++i)
      letters[i] = text[run.end - 2 * (size - i) + low];
    const std::string_view last(letters.data(), size);
    const bool granular = is_granular_form(last, 0) && has_valid_checksum(last);
    const bool uuid =
        size >= k_uuid_size && is_uuid_form(last, size - k_uuid_size);
    OPENSSL_cleanse(letters.data(), letters.size());
    return granular || uuid;
  }

  // The order of a text that is in UTF-16 from its first byte on: that of its
  // first character of ASCII. Nothing if it has none near.
  static std::optional<bool> begins_big(std::string_view text) noexcept {
    constexpr std::size_t k_near = 32;
    const std::string_view near = text.substr(0, k_near);
    for (std::size_t at = 0; at + 1 < near.size(); at += 2) {
      const bool big = near[at] == '\0';
      if (big != (near[at + 1] == '\0')) return big;
    }
    return std::nullopt;
  }

  static text_range around(std::string_view text, std::size_t at,
                           std::size_t low) noexcept {
    text_range found{at, at};
    for (std::size_t end = at; is_character(text, end, low); end += 2)
      found.end = end + 2;
    for (std::size_t begin = at; begin >= 2; begin -= 2) {
      const bool plain = is_plain(text, begin - 2, low);
      const bool other = !plain && begin >= 4 && is_other(text, begin - 2) &&
                         is_plain(text, begin - 4, low);
      if (!plain && !other) break;
      found.begin = begin - 2;
    }
    return found;
  }

  static bool is_character(std::string_view text, std::size_t at,
                           std::size_t low) noexcept {
    return is_plain(text, at, low) ||
           (is_other(text, at) && is_plain(text, at + 2, low));
  }
  static bool is_plain(std::string_view text, std::size_t at,
                       std::size_t low) noexcept {
    return at + 1 < text.size() && text[at + low] != '\0' &&
           text[at + 1 - low] == '\0';
  }
  // A byte-order mark and two letters of other text are none.
  static bool is_other(std::string_view text, std::size_t at) noexcept {
    if (at + 1 >= text.size()) return false;
    const std::string_view pair = text.substr(at, 2);
    return pair != "\xff\xfe" && pair != "\xfe\xff" &&
           !(is_text(pair[0]) && is_text(pair[1]));
  }
};

}  // namespace

std::unique_ptr<const decoder> make_utf16_decoder() {
  return std::make_unique<utf16_decoder>();
}

}  // namespace tokensieve
