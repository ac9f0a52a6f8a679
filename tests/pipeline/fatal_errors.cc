// Errors that end the process, see injected_errors.cc for the others.

#include "pipeline/commands.h"
#include "tests/pipeline/injected_error.h"

namespace tokensieve {

const std::vector<fatal_error>& fatal_errors() {
  constexpr int k_cannot = k_exit_cannot_go_on;
  constexpr auto k_rights = "deploy/create-topics";
  static const std::vector<fatal_error> k_errors{
      {api::init_producer_id,
       RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::init_producer_id, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::init_producer_id, RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,
       k_cannot, "transaction.timeout.ms"},
      {api::find_coordinator,
       RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::join_group, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::add_partitions, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::add_partitions,
       RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::add_partitions, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::add_offsets, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::add_offsets,
       RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::add_offsets, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::txn_offset_commit, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::txn_offset_commit, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::txn_offset_commit,
       RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::end_txn, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
       k_cannot, k_rights},
      {api::end_txn, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::produce, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, k_cannot,
       k_rights},
      {api::produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, k_cannot,
       "max.message.bytes"},
      {api::produce, RD_KAFKA_RESP_ERR_POLICY_VIOLATION, k_cannot, k_rights},
      {api::heartbeat, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
       k_exit_duplicate_instance, "give each its own"},
      {api::produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, k_cannot,
       k_rights, false},
      {api::produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, k_cannot,
       "max.message.bytes", false},
      {api::offset_commit, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
       k_cannot, k_rights, false},
      {api::offset_commit, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
       k_cannot, k_rights, false},
  };
  return k_errors;
}

}  // namespace tokensieve
