#include "pipeline/masker.h"

#include "detectors/token_form.h"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace tokensieve {
namespace {

/// Masks the strings that describe a record's tokens. Most tokens of a record
/// share them, so each distinct string is masked once.
class masker {
 public:
  masker(scanner& with, const std::vector<finding>& known)
      : scanner_(with), known_(known) {}

  void operator()(std::string& text) {
    if (text.size() < k_uuid_size) return;  // the smallest token
    const auto [entry, added] = masked_.try_emplace(text);
    if (added) entry->second = scanner_.mask(text, known_);
    text = entry->second;
  }
  void operator()(std::optional<std::string>& text) {
    if (text) (*this)(*text);
  }

 private:
  scanner& scanner_;
  const std::vector<finding>& known_;
  std::unordered_map<std::string, std::string> masked_;
};

}  // namespace

void mask_strings(scanner& with, std::vector<leaked_token>& tokens) {
  // `mask` wants the findings, which stay where they are: swap them out and
  // back around the call.
  std::vector<finding> known;
  known.reserve(tokens.size());
  for (leaked_token& token : tokens) {
    known.push_back(std::move(token.found));
  }
  masker mask(with, known);
  for (leaked_token& token : tokens) {
    leak& where = token.where;
    mask(where.field);
    mask(where.provider);
    mask(where.organization);
    mask(where.repository);
    mask(where.build);
    mask(where.job);
    mask(where.sha);
    mask(where.path);
    mask(where.url);
    mask(where.time);
  }
  for (finding& one : known)
    mask(one.registry);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i].found = std::move(known[i]);
  }
}

}  // namespace tokensieve
