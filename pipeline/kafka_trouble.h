#pragma once

#include "pipeline/kafka_handles.h"

#include <mutex>
#include <string>
#include <string_view>

namespace tokensieve {

/// Why a client does not get through to a broker, and what to do about it.
/// Outlives the client that it watches. Thread-safe.
class kafka_trouble {
 public:
  kafka_trouble() = default;
  kafka_trouble(const kafka_trouble&) = delete;
  kafka_trouble& operator=(const kafka_trouble&) = delete;

  /// A configuration whose client reports here, besides to the log. Its
  /// callbacks are called while the client is polled.
  [[nodiscard]] kafka_conf watched_conf();

  /// What the callbacks are told: an error of the client, and why OpenSSL
  /// refuses a broker's certificate.
  void met(rd_kafka_resp_err_t code, std::string_view reason);
  void met_certificate(int x509_error);

  /// The most telling of what the client met so far, with the remedy; what to
  /// look at in general where it met nothing. Polls the client.
  [[nodiscard]] std::string describe(rd_kafka_t* client);

 private:
  static void on_error(rd_kafka_t* client, int code, const char* reason,
                       void* self) noexcept;
  static int on_certificate(rd_kafka_t* client, const char* broker,
                            std::int32_t id, int* x509_error, int depth,
                            const char* der, std::size_t size, char* reason,
                            std::size_t reason_size, void* self) noexcept;

  std::mutex mutex_;
  // Guarded by mutex_:
  rd_kafka_resp_err_t code_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::string reason_;
  int x509_error_ = 0;  // of the broker's certificate
};

}  // namespace tokensieve
