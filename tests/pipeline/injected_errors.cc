// The table. Errors are Kafka's, by the request that is answered so: those that
// its protocol names for it, one that it does not (UNKNOWN), and a
// connection that is cut instead of an answer (_TRANSPORT).
// DUPLICATE_SEQUENCE_NUMBER is not there: it says that the record is, and this
// broker would not have it.

#include "tests/pipeline/injected_error.h"

#include <initializer_list>
#include <utility>

namespace tokensieve {
namespace {

struct told {
  end_state end;
  std::initializer_list<rd_kafka_resp_err_t> errors;
};

std::vector<injected_error> by(api at, std::initializer_list<told> groups) {
  std::vector<injected_error> all;
  for (const told& group : groups) {
    for (const auto why : group.errors)
      all.push_back({.at = at, .why = why, .end = group.end});
  }
  return all;
}

}  // namespace

const std::vector<error_section>& injected_errors() {
  using enum end_state;
  static const std::vector<error_section> k_sections{
      {
          .name = "init_producer_id",
          .errors = by(api::init_producer_id,
                       {
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                             RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                             RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                             RD_KAFKA_RESP_ERR__TRANSPORT,
                             RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                       }),
          .triggers = {{api::end_txn, RD_KAFKA_RESP_ERR_PRODUCER_FENCED}},
      },
      {
          .name = "add_partitions",
          .errors = by(api::add_partitions,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                             RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                             RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                             RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                           {aborts,
                            {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
                             RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
                             RD_KAFKA_RESP_ERR_OPERATION_NOT_ATTEMPTED,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                             RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                             RD_KAFKA_RESP_ERR_INVALID_TXN_STATE}},
                       }),
      },
      {
          .name = "add_offsets",
          .errors = by(api::add_offsets,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                             RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                             RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                             RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                           {aborts,
                            {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
                             RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
                             RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                             RD_KAFKA_RESP_ERR_INVALID_TXN_STATE}},
                       }),
      },
      {
          .name = "txn_offset_commit",
          .errors = by(api::txn_offset_commit,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                             RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                             RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                             RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                             RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                           {aborts,
                            {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                             RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                             RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
                             RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
                             RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE,
                             RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
                             RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                             RD_KAFKA_RESP_ERR_INVALID_TXN_STATE,
                             RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT}},
                       }),
      },
      {
          .name = "end_txn",
          .errors = by(api::end_txn,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                             RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                             RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                           {aborts,
                            {RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
                             RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
                             RD_KAFKA_RESP_ERR_UNKNOWN,
                             RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT}},
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                             RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                             RD_KAFKA_RESP_ERR_INVALID_TXN_STATE}},
                       }),
      },
      {
          .name = "produce",
          .errors = by(api::produce,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                             RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                             RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                             RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                             RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                             RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                           {aborts,
                            {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
                             RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS,
                             RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
                             RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
                             RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED,
                             RD_KAFKA_RESP_ERR_UNKNOWN,
                             RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE}},
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                             RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                             RD_KAFKA_RESP_ERR_INVALID_MSG,
                             RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                             RD_KAFKA_RESP_ERR_INVALID_RECORD,
                             RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
                             RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP}},
                       }),
          .asked = who::output,
      },
      {
          .name = "produce_at_least_once",
          .errors = by(api::produce,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                             RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                             RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                             RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                             RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
                             RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
                             RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                           {aborts,
                            {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
                             RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
                             RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                           {new_producer,
                            {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
                             RD_KAFKA_RESP_ERR_INVALID_MSG,
                             RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                             RD_KAFKA_RESP_ERR_INVALID_RECORD}},
                       }),
          .exactly_once = false,
          .asked = who::output,
      },
      {
          .name = "offset_commit",
          .errors =
              by(api::offset_commit,
                 {
                     {goes_on,
                      {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                       RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                       RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                       RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                       RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                       RD_KAFKA_RESP_ERR__TRANSPORT}},
                     {aborts,
                      {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
                       RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
                       RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE,
                       RD_KAFKA_RESP_ERR_UNKNOWN}},
                     {new_assignment,
                      {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                       RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID}},
                     {new_consumer, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID}},
                 }),
          .exactly_once = false,
      },
      {
          .name = "fetch",
          .errors = by(api::fetch,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                             RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                             RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
                             RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH,
                             RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
                             RD_KAFKA_RESP_ERR_UNKNOWN,
                             RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                       }),
          .asked = who::input,
      },
      {
          .name = "fetch_of_requests",
          .errors = by(api::fetch,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                             RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                             RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
                             RD_KAFKA_RESP_ERR_UNKNOWN,
                             RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,
                             RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                       }),
          .asked = who::output,
      },
      {
          .name = "fetch_behind_the_log",
          .errors =
              by(api::fetch,
                 {
                     {new_consumer, {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE}},
                 }),
          .exactly_once = false,
          .asked = who::input,
      },
      {
          .name = "list_offsets",
          .errors = by(
              api::list_offsets,
              {
                  {new_assignment,
                   {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                    RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                    RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR__TRANSPORT}},
              }),
          .triggers = {{api::heartbeat,
                        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}},
          .asked = who::input,
      },
      {
          .name = "list_offsets_of_requests",
          .errors = by(
              api::list_offsets,
              {
                  {new_assignment,
                   {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                    RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                    RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR__TRANSPORT}},
              }),
          .triggers = {{api::heartbeat,
                        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}},
          .asked = who::output,
      },
      {
          .name = "find_coordinator_of_the_group",
          .errors = by(
              api::find_coordinator,
              {
                  {goes_on,
                   {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                    RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                    RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR__TRANSPORT}},
              }),
          .triggers = {{api::heartbeat, RD_KAFKA_RESP_ERR_NOT_COORDINATOR}},
          .asked = who::only_one,
      },
      {
          .name = "find_coordinator_of_transactions",
          .errors = by(
              api::find_coordinator,
              {
                  {goes_on,
                   {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                    RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR__TRANSPORT}},
              }),
          .triggers = {{api::end_txn, RD_KAFKA_RESP_ERR_NOT_COORDINATOR}},
          .asked = who::only_one,
      },
      {
          .name = "join_group",
          .errors =
              by(api::join_group,
                 {
                     {new_assignment,
                      {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                       RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                       RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                       RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
                       RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                       RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED,
                       RD_KAFKA_RESP_ERR__TRANSPORT}},
                     {new_consumer, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID}},
                 }),
          .triggers = {{api::heartbeat,
                        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}},
      },
      {
          .name = "sync_group",
          .errors =
              by(api::sync_group,
                 {
                     {new_assignment,
                      {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                       RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                       RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                       RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                       RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
                       RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                       RD_KAFKA_RESP_ERR__TRANSPORT}},
                     {new_consumer, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID}},
                 }),
          .triggers = {{api::heartbeat,
                        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}},
      },
      {
          .name = "heartbeat",
          .errors = by(
              api::heartbeat,
              {
                  {goes_on,
                   {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                    RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                    RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                    RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                    RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR__TRANSPORT}},
                  {new_assignment,
                   {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
                    RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                    RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION}},
                  {new_consumer, {RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID}},
              }),
      },
      {
          .name = "offset_fetch",
          .errors = by(api::offset_fetch,
                       {
                           {new_assignment,
                            {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                             RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
                             RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
                             RD_KAFKA_RESP_ERR_UNKNOWN,
                             RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
                             RD_KAFKA_RESP_ERR__TRANSPORT}},
                       }),
          .triggers = {{api::heartbeat,
                        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}},
      },
      {
          .name = "offset_fetch_of_a_partition",
          .errors = by(api::offset_fetch,
                       {
                           {new_assignment,
                            {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                       }),
          .triggers = {{api::heartbeat,
                        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS}},
          .exactly_once = false,
          .version = 1,
      },
      // Nobody asks for it but the member that looks for partitions that none
      // reads, some time after its assignment; last, what the client mends.
      {
          .name = "offset_fetch_in_between",
          .errors = by(
              api::offset_fetch,
              {
                  {goes_on,
                   {RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR__TRANSPORT}},
              }),
      },
      {
          .name = "metadata_of_the_input",
          .errors = by(api::metadata,
                       {
                           {new_assignment,
                            {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED}},
                       }),
          .asked = who::input,
      },
      {
          .name = "metadata_of_the_requests",
          .errors = by(api::metadata,
                       {
                           {goes_on,
                            {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                             RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                             RD_KAFKA_RESP_ERR_UNKNOWN}},
                       }),
          .asked = who::output,
      },

      // For longer than the client itself tries again.
      {.name = "persisting",
       .errors = {{api::add_offsets,
                   RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, goes_on, 40},
                  {api::txn_offset_commit,
                   RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, aborts, 16},
                  {api::end_txn, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                   goes_on, 20},
                  {api::add_partitions,
                   RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, aborts,
                   14}}},
      {.name = "persisting_records",
       .errors = {{api::produce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, aborts,
                   80}},
       .asked = who::output},
  };
  return k_sections;
}

}  // namespace tokensieve
