#pragma once

#include "detectors/decoder.h"

namespace tokensieve {

/// A decoder of an encoding that replaces single bytes: each that it has
/// encoded is a unit (`%6E`, `&#110;`), the others stay as they are. A unit may
/// also stand for nothing: a colour code, a soft line break.
class unit_decoder : public decoder {
 public:
  std::vector<std::string> text_patterns() const final;
  std::vector<std::string> raw_patterns() const final;
  std::optional<encoded_run> find_run(std::string_view text, bool patch,
                                      decoder_trigger trigger,
                                      run_memory& memory) const noexcept final;
  std::optional<encoded_run> find_interruption(
      std::string_view text, std::size_t end,
      run_memory& memory) const noexcept final;
  void decode(std::string_view text, const encoded_run& run, std::string& out,
              std::vector<decoded_place>& places) const final;
  token_encoding encoding(const encoded_run&) const noexcept final {
    return encoding_;
  }

 protected:
  enum class meaning : std::uint8_t { nothing, byte, character };
  struct unit {
    std::size_t size = 0;  ///< 0: there is none
    meaning what = meaning::nothing;
    std::uint32_t code = 0;
  };
  /// How the encoding's patterns are written, over text or over raw bytes.
  struct notation {
    /// A unit as may stand in a token or behind a name, as an expression.
    std::string any;
    /// The same where the unit stands for nothing, if there are such.
    std::string invisible;
    /// The units that may stand behind a name, where that are not all.
    std::string behind_name;
    /// Expressions for what the others do not cover.
    std::vector<std::string> more;
  };

  explicit unit_decoder(token_encoding encoding) noexcept
      : encoding_(encoding) {}

  [[nodiscard]] virtual unit unit_at(std::string_view text,
                                     std::size_t at) const noexcept = 0;
  [[nodiscard]] virtual notation notation_of(bool raw) const = 0;
  /// An expression for `c` encoded; empty where only invisible units exist.
  [[nodiscard]] virtual std::string encoded(char c, bool raw) const = 0;
  /// Expressions for `text` encoded letter by letter, all in one spelling.
  [[nodiscard]] virtual std::vector<std::string> forms(std::string_view text,
                                                       bool raw) const;

 private:
  [[nodiscard]] std::vector<std::string> patterns(bool raw) const;
  [[nodiscard]] std::string maybe(char c, bool raw) const;
  void add_names(const notation& how, bool raw,
                 std::vector<std::string>& all) const;
  void add_broken(std::string_view text, bool raw,
                  std::vector<std::string>& all) const;
  static void add_interrupted(std::string_view text,
                              const std::string& invisible,
                              std::vector<std::string>& all);
  [[nodiscard]] std::size_t unit_before(std::string_view text,
                                        std::size_t at) const noexcept;

  token_encoding encoding_;
};

}  // namespace tokensieve
