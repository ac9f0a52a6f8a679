#include "pipeline/output_writer.h"

#include "pipeline/crash_point.h"
#include "pipeline/kafka_client.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <utility>

namespace tokensieve {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_retry_pause{100};
// Our estimate of a record's size leaves this much for what a batch adds.
constexpr std::size_t k_record_overhead = 512;

bool is_permanent(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
      return true;
    default:
      return false;
  }
}

bool is_fence(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      return true;
    default:
      return false;
  }
}

/// The record itself is refused, and would be again.
bool is_refusal(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
      return true;
    default:
      return false;
  }
}

/// What both writers do to produce a record.
class producing_writer : public output_writer {
 public:
  write_outcome write(const output_record& record) override {
    std::size_t size =
        record.key.size() + record.value.size() + k_record_overhead;
    kafka_headers headers(rd_kafka_headers_new(record.headers.size()));
    for (const message_header& header : record.headers) {
      size += header.name.size() + header.value.size();
      rd_kafka_header_add(headers.get(), header.name.data(),
                          static_cast<ssize_t>(header.name.size()),
                          header.value.data(),
                          static_cast<ssize_t>(header.value.size()));
    }
    if (size > max_record_bytes_) return write_outcome::too_large;
    const std::string topic(record.topic);
    while (true) {
      // An empty value is not the same as none, so a pointer for each.
      const char* value = record.has_value ? record.value.data() : nullptr;
      if (record.has_value && value == nullptr) value = "";
      const char* key = record.has_key ? record.key.data() : nullptr;
      if (record.has_key && key == nullptr) key = "";
      const rd_kafka_resp_err_t code = rd_kafka_producev(
          client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
          RD_KAFKA_V_KEY(key, record.key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(value), record.value.size()),
          RD_KAFKA_V_HEADERS(headers.get()),
          // NOLINTNEXTLINE(performance-no-int-to-ptr): the client's own way.
          RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(record.number)),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
      switch (code) {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
          std::ignore = headers.release();  // the client took them
          return write_outcome::done;
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
          return write_outcome::too_large;
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
          if (stop_requested() == stop_level::abort) {
            return write_outcome::broken;
          }
          rd_kafka_poll(client_.get(), 100);
          continue;
        default:
          log_warn("cannot produce to {}: {}", record.topic,
                   rd_kafka_err2str(code));
          return is_permanent(code) ? write_outcome::hopeless
                                    : write_outcome::broken;
      }
    }
  }

  std::vector<std::uint64_t> take_refused() override {
    return std::exchange(refused_, {});
  }

  void serve() override { rd_kafka_poll(client_.get(), 0); }

 protected:
  producing_writer(const config& settings, const std::string& transactional_id,
                   std::size_t max_record_bytes,
                   std::function<void()> on_fenced)
      : client_(make_producer(settings, conf_with_reports(this),
                              transactional_id, max_record_bytes)),
        limit_(recovery_limit(settings)),
        max_record_bytes_(max_record_bytes),
        on_fenced_(std::move(on_fenced)) {}

  /// Repeats `call` while it says that a repeat may help. Null: it succeeded.
  template <typename Call>
  [[nodiscard]] kafka_error retry(Call&& call) const {
    const auto until = clock::now() + limit_;
    while (true) {
      kafka_error failure(call());
      if (!failure || rd_kafka_error_is_retriable(failure.get()) == 0 ||
          clock::now() >= until || stop_requested() == stop_level::abort) {
        return failure;
      }
      std::this_thread::sleep_for(k_retry_pause);
    }
  }

  void tell_if_fenced(rd_kafka_resp_err_t code) const {
    if (is_fence(code)) on_fenced_();
  }

  kafka_client client_;
  /// How long a call may stay retriable, see recovery_limit.
  const std::chrono::milliseconds limit_;
  /// Records that failed; a transaction fails with them and need not ask.
  std::uint64_t undelivered_ = 0;

 private:
  static kafka_conf conf_with_reports(producing_writer* self) {
    kafka_conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_opaque(conf.get(), self);
    rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivery);
    return conf;
  }

  // Called by poll, flush, commit and abort, in the sink thread.
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message,
                          void* self) noexcept {
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      TOKENSIEVE_CRASH_POINT("after-delivery");
      return;
    }
    auto& writer = *static_cast<producing_writer*>(self);
    ++writer.undelivered_;
    if (!is_refusal(message->err)) return;
    writer.refused_.push_back(
        reinterpret_cast<std::uintptr_t>(message->_private));
    log_warn("{}: the broker refuses a record of {} bytes: {}",
             rd_kafka_topic_name(message->rkt), message->len,
             rd_kafka_err2str(message->err));
  }

  std::vector<std::uint64_t> refused_;
  const std::size_t max_record_bytes_;
  const std::function<void()> on_fenced_;
};

/// Exactly once: one transaction a commit.
class transactional_writer final : public producing_writer {
 public:
  transactional_writer(const config& settings,
                       const std::string& transactional_id,
                       std::size_t max_record_bytes,
                       std::function<void()> on_fenced)
      : producing_writer(settings, transactional_id, max_record_bytes,
                         std::move(on_fenced)) {
    // Waits for a predecessor's open transaction to end, aborting it.
    const kafka_error failure = retry([this] {
      return rd_kafka_init_transactions(client_.get(),
                                        static_cast<int>(limit_.count()));
    });
    if (!failure) return;
    const std::string what = std::string("cannot begin transactions: ") +
                             rd_kafka_error_string(failure.get());
    const rd_kafka_resp_err_t code = rd_kafka_error_code(failure.get());
    if (!is_permanent(code)) throw std::runtime_error(what);
    throw cannot_go_on(
        what +
        (code == RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT
             ? "; lower kafka.producer.transaction.timeout.ms, or raise the "
               "brokers' transaction.max.timeout.ms"
             : "; give this client the rights that deploy/create-topics "
               "lists"));
  }

  write_outcome write(const output_record& record) override {
    if (const auto begun = begin(); begun != write_outcome::done) return begun;
    return producing_writer::write(record);
  }

  write_outcome commit(
      const input_offsets& positions,
      const std::shared_ptr<const assignment>& fence) override {
    if (const auto begun = begin(); begun != write_outcome::done) return begun;
    const kafka_partitions offsets = to_commit(positions);
    if (const kafka_error failure = retry([&] {
          return rd_kafka_send_offsets_to_transaction(
              client_.get(), offsets.get(), fence->metadata.get(), -1);
        })) {
      return end(*failure, "send offsets", write_outcome::aborted);
    }
    TOKENSIEVE_CRASH_POINT("before-commit");
    if (const kafka_error failure = retry([this] {
          return rd_kafka_commit_transaction(client_.get(), -1);
        })) {
      return end(*failure, "commit", write_outcome::broken);
    }
    in_transaction_ = false;
    return write_outcome::done;
  }

  write_outcome abandon() override {
    if (!in_transaction_) return write_outcome::done;
    in_transaction_ = false;
    TOKENSIEVE_CRASH_POINT("before-abort");
    if (const kafka_error failure = retry(
            [this] { return rd_kafka_abort_transaction(client_.get(), -1); })) {
      log_warn("cannot abort a transaction: {}",
               rd_kafka_error_string(failure.get()));
      return write_outcome::broken;
    }
    return write_outcome::done;
  }

 private:
  // Lazily: a transaction that nothing is written into costs nothing.
  write_outcome begin() {
    if (in_transaction_) return write_outcome::done;
    if (const kafka_error failure{rd_kafka_begin_transaction(client_.get())}) {
      return end(*failure, "begin", write_outcome::broken);
    }
    in_transaction_ = true;
    return write_outcome::done;
  }

  // librdkafka's three questions: a repeat may help (asked before), the
  // transaction must be aborted, or the producer is lost. `otherwise` is what
  // a failure that is none of them means for this call.
  write_outcome end(const rd_kafka_error_t& failure, std::string_view what,
                    write_outcome otherwise) {
    log_warn("transaction: cannot {}: {}", what,
             rd_kafka_error_string(&failure));
    tell_if_fenced(rd_kafka_error_code(&failure));
    if (is_permanent(rd_kafka_error_code(&failure))) {
      return write_outcome::hopeless;
    }
    if (rd_kafka_error_is_fatal(&failure) != 0) return write_outcome::broken;
    if (rd_kafka_error_txn_requires_abort(&failure) == 0 &&
        otherwise == write_outcome::broken) {
      return write_outcome::broken;
    }
    return abandon() == write_outcome::done ? write_outcome::aborted
                                            : write_outcome::broken;
  }

  bool in_transaction_ = false;
};

/// At least once: offsets follow when every record has been delivered.
class following_writer final : public producing_writer {
 public:
  following_writer(const config& settings, std::size_t max_record_bytes,
                   std::function<void()> on_fenced)
      : producing_writer(settings, {}, max_record_bytes, std::move(on_fenced)) {
  }

  write_outcome commit(
      const input_offsets& positions,
      const std::shared_ptr<const assignment>& fence) override {
    const auto until = clock::now() + limit_;
    while (rd_kafka_flush(client_.get(), 500) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (clock::now() >= until || stop_requested() == stop_level::abort) {
        log_warn("outputs were not delivered within {} s",
                 limit_.count() / 1000);
        return dropped();
      }
    }
    if (undelivered_ > 0) return dropped();
    TOKENSIEVE_CRASH_POINT("before-commit");
    const kafka_partitions offsets = to_commit(positions);
    const rd_kafka_resp_err_t code =
        rd_kafka_commit(fence->consumer.get(), offsets.get(), 0);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return write_outcome::done;
    log_warn("cannot commit offsets: {}", rd_kafka_err2str(code));
    tell_if_fenced(code);
    return is_permanent(code) ? write_outcome::hopeless
                              : write_outcome::aborted;
  }

  write_outcome abandon() override {
    rd_kafka_purge(client_.get(),
                   RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client_.get(), 1000);
    undelivered_ = 0;
    // A fatal error (a sequence lost) stays: only a new producer helps.
    return rd_kafka_fatal_error(client_.get(), nullptr, 0) ==
                   RD_KAFKA_RESP_ERR_NO_ERROR
               ? write_outcome::done
               : write_outcome::broken;
  }

 private:
  write_outcome dropped() {
    return abandon() == write_outcome::done ? write_outcome::aborted
                                            : write_outcome::broken;
  }
};

}  // namespace

std::unique_ptr<output_writer> make_output_writer(
    const config& settings, const std::string& transactional_id,
    std::size_t max_record_bytes, std::function<void()> on_fenced) {
  if (settings.delivery == delivery_guarantee::exactly_once) {
    return std::make_unique<transactional_writer>(
        settings, transactional_id, max_record_bytes, std::move(on_fenced));
  }
  return std::make_unique<following_writer>(settings, max_record_bytes,
                                            std::move(on_fenced));
}

}  // namespace tokensieve
