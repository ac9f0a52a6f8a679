#pragma once

#include "pipeline/config.h"
#include "pipeline/epoch_ledger.h"
#include "pipeline/input_offsets.h"
#include "pipeline/io.h"
#include "schemas/message.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {

/// A record for an output topic. Does not own its bytes.
struct output_record {
  std::string_view topic;
  std::string_view key;
  std::string_view value;
  bool has_key = false;
  bool has_value = true;
  const std::vector<message_header>& headers;
  std::uint64_t number = 0;  ///< the caller's name for it
};

/// How a call ended, in the three classes that librdkafka distinguishes.
enum class write_outcome : std::uint8_t {
  done,
  too_large,  ///< this record cannot be produced; nothing else is affected
  aborted,    ///< the transaction is aborted: rewind, go on
  broken,     ///< the producer is gone, and what became of the last commit
              ///< is not known: rewind by the broker's word
  hopeless,   ///< no retry can help: end with status 4
};

/// Writes outputs and input offsets so that both become visible, or so that
/// the offsets follow. One a sink, used by the sink thread alone.
class output_writer {
 public:
  virtual ~output_writer() = default;

  /// Hands a copy of `record` to the producer.
  [[nodiscard]] virtual write_outcome write(const output_record& record) = 0;

  /// Makes everything written since the last commit, and `positions`, final.
  [[nodiscard]] virtual write_outcome commit(
      const input_offsets& positions,
      const std::shared_ptr<const assignment>& fence) = 0;

  /// Drops what was written since the last commit.
  [[nodiscard]] virtual write_outcome abandon() = 0;

  /// The numbers of records that the broker refused for good (not for a fault
  /// of the topic or the client), since the last call; complete behind a call
  /// that did not end with `done`.
  [[nodiscard]] virtual std::vector<std::uint64_t> take_refused() = 0;

  /// Lets the client deliver its events; cheap.
  virtual void serve() = 0;
};

/// By `settings.delivery`: one Kafka transaction a commit, or an idempotent
/// producer whose offsets follow the deliveries. Connects; throws
/// std::runtime_error if the producer cannot be made, cannot_go_on if no retry
/// can help.
/// `max_record_bytes` is what the output topics take. `on_fenced` is called by
/// the sink thread when the broker refuses a call because another producer or
/// another generation of the group has taken our place.
[[nodiscard]] std::unique_ptr<output_writer> make_output_writer(
    const config& settings, const std::string& transactional_id,
    std::size_t max_record_bytes, std::function<void()> on_fenced);

}  // namespace tokensieve
