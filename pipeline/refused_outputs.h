#pragma once

#include "pipeline/kafka_handles.h"
#include "schemas/leak.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tokensieve {

/// What comes of an input record, for each of which the broker may refuse it.
enum class output_part : std::uint8_t {
  request,
  sighting,
  dead_letter,
  notice,  ///< the dead letter that says what was left out
};
[[nodiscard]] std::string_view to_string(output_part value) noexcept;

/// Outputs that the broker refuses for good, so that none of them is written
/// for ever in vain. A refusal may be one of neighbours in a batch, or of a
/// limit that was lowered since the producer asked for it: so an output is
/// written once more, by a new producer, before it is given up. Used by the
/// sink thread.
class refused_outputs {
 public:
  /// Names an output that is about to be written; the numbers ascend from 0
  /// since the last `forget_written`.
  [[nodiscard]] std::uint64_t number(output_part part,
                                     const kafka_origin& origin);
  void forget_written() noexcept { written_.clear(); }

  /// The broker refused these. False if one of them was a notice: there is
  /// nothing left to be tried.
  [[nodiscard]] bool refuse(std::span<const std::uint64_t> numbers);

  /// Cannot be written, whatever is tried.
  void give_up(output_part part, const kafka_origin& origin);
  [[nodiscard]] bool is_given_up(output_part part,
                                 const kafka_origin& origin) const;

  /// Inputs before these offsets are done with.
  void committed(const kafka_positions& positions);

 private:
  /// Topic and partition, offset, part.
  using key = std::tuple<kafka_positions::key_type, std::int64_t, output_part>;
  [[nodiscard]] static key key_of(output_part part, const kafka_origin& origin);

  std::vector<key> written_;
  std::set<key> refused_;  // once
  std::set<key> given_up_;
};

}  // namespace tokensieve
