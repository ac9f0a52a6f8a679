#include "pipeline/masker.h"

#include "detectors/known_tokens.h"
#include "detectors/token_form.h"

#include <string>
#include <unordered_map>

namespace tokensieve {
namespace {

/// Masks the strings that describe a record's tokens. Most tokens of a record
/// share them, so each distinct string is masked once.
class masker {
 public:
  masker(scanner& with, const std::vector<leaked_token>& tokens)
      : scanner_(with) {
    for (const leaked_token& token : tokens)
      known_.add(token.found.token);
  }

  void operator()(std::string& text) {
    if (text.size() < k_uuid_size) return;  // the smallest token
    text = masked(text);
  }

  // Of a field. The number of an element is no part of a token: those of one
  // array share what stands in front of it.
  void pointer(std::string& text) {
    const std::size_t slash = text.rfind('/');
    if (slash == text.npos || slash < k_uuid_size) return (*this)(text);
    const std::string number = text.substr(slash);
    if (number.find_first_not_of("/0123456789") != number.npos)
      return (*this)(text);
    text = masked(text.substr(0, slash)) + number;
  }

 private:
  const std::string& masked(const std::string& text) {
    const auto [entry, added] = masked_.try_emplace(text);
    if (added) entry->second = scanner_.mask(text, known_);
    return entry->second;
  }

  scanner& scanner_;
  known_tokens known_;
  std::unordered_map<std::string, std::string> masked_;
};

}  // namespace

void mask_strings(scanner& with, std::vector<leaked_token>& tokens) {
  masker mask(with, tokens);
  for (leaked_token& token : tokens) {
    std::string& field = token.where.field;
    for_each_string(token.where, [&](std::string& text) {
      if (&text == &field) {
        mask.pointer(text);
      } else {
        mask(text);
      }
    });
    mask(token.found.registry);
  }
}

}  // namespace tokensieve
