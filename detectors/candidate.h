#pragma once

#include "detectors/bytes.h"
#include "detectors/finding.h"
#include "detectors/signatures.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tokensieve {

/// What stands in front of a token and may tell its registry.
enum class token_context : std::uint8_t { none, npmrc, yarn };

/// A verified token before anything is allocated for it.
struct candidate {
  text_range place;
  token_format format;
  token_checksum checksum;
  token_confidence confidence;
  token_context context = token_context::none;
  std::size_t name = 0;  ///< where the name stands, by `context`
};

/// Is there a token at the match of `id` that ends at `end`? Looks at the
/// bytes around it only, in time that has a bound; neither throws nor
/// allocates, since Hyperscan's callback calls it. `rejected` becomes what
/// stands there instead, if it is worth a word.
/// REQUIRES: id is neither `escape` nor a decoder's trigger.
[[nodiscard]] std::optional<candidate> verify(
    signature id, std::string_view text, std::size_t end,
    std::optional<rejected_candidate>& rejected) noexcept;

/// May `npm_`, which ends at `end` of an event's raw bytes, begin a token, in
/// JSON or not? False only where `verify` would find none in the unescaped text
/// and no encoded byte follows.
[[nodiscard]] bool may_be_granular(std::string_view raw,
                                   std::size_t end) noexcept;

/// Where `Created publish token` or `Created read only token` ends, in raw
/// bytes or not, whose first word and blank end at `end`; 0 if it does not go
/// on so. npm colours the kind of token.
[[nodiscard]] std::size_t created_token_end(std::string_view text,
                                            std::size_t end) noexcept;

/// May a value follow the name that ends at `end` of an event's raw bytes, in
/// JSON or not, or stand beside it in an object? False only where `verify`
/// would find none in the unescaped text: `NODE_AUTH_TOKEN: ***` is in every
/// job's log.
[[nodiscard]] bool may_have_value(std::string_view raw,
                                  std::size_t end) noexcept;

}  // namespace tokensieve
