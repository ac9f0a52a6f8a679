#pragma once

#include "pipeline/kafka_handles.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tokensieve {

/// Requests by Kafka's numbers.
enum class api : std::int16_t {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  metadata = 3,
  offset_commit = 8,
  offset_fetch = 9,
  find_coordinator = 10,
  join_group = 11,
  heartbeat = 12,
  sync_group = 14,
  init_producer_id = 22,
  add_partitions = 24,
  add_offsets = 25,
  end_txn = 26,
  txn_offset_commit = 28,
};

/// What becomes of the stream. Whatever it is, every record is committed in
/// the end, and every token has been requested.
enum class end_state : std::uint8_t {
  goes_on,         ///< nothing is aborted, nothing read again
  aborts,          ///< the transaction is aborted, and read again
  new_producer,    ///< read again and written by a producer made anew
  new_assignment,  ///< joins the group again as the member that it is
  new_consumer,    ///< joins it with a consumer made anew
};

/// One error, told so many times to the running stream.
struct injected_error {
  api at;
  rd_kafka_resp_err_t why;
  end_state end;
  int times = 1;
};

/// What makes the stream send the request that is refused, where it does not
/// do so by itself.
struct trigger {
  api at;
  rd_kafka_resp_err_t why;
};

enum class who : std::uint8_t {
  coordinator,
  input,     ///< the leader of the inputs
  output,    ///< the leader of the outputs
  only_one,  ///< the one broker that is left
};

/// A part of the table: the errors that one stream is told, one after the
/// other.
struct error_section {
  std::string name;
  std::vector<injected_error> errors;
  std::vector<trigger> triggers = {};
  bool exactly_once = true;
  /// Who answers so: by default the request's coordinator.
  who asked = who::coordinator;
  /// Of the first request's kind, at most; -1: no limit.
  std::int16_t version = -1;
};

/// One error that is told again and again, and ends the process.
struct fatal_error {
  api at;
  rd_kafka_resp_err_t why;
  int status;
  std::string remedy;  ///< what the log must say
  bool exactly_once = true;
};

/// All of it, see README.md.
[[nodiscard]] const std::vector<error_section>& injected_errors();
[[nodiscard]] const std::vector<fatal_error>& fatal_errors();

}  // namespace tokensieve
