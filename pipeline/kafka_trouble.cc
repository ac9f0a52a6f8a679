#include "pipeline/kafka_trouble.h"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace tokensieve {
namespace {

// The broker tells it in an alert, when it wants a certificate of the client or
// refuses the one that it got: bad, unsupported, revoked, expired, unknown, of
// an unknown authority, required. OpenSSL's text ends with the alert's number.
bool refuses_client_certificate(std::string_view reason) {
  constexpr std::array<std::string_view, 7> k_alerts{"42", "43", "44", "45",
                                                     "46", "48", "116"};
  constexpr std::string_view k_number = "SSL alert number ";
  const auto found = reason.find(k_number);
  if (found == std::string_view::npos) return false;
  const auto number = reason.substr(found + k_number.size());
  return std::ranges::count(
             k_alerts,
             number.substr(0, number.find_first_not_of("0123456789"))) > 0;
}

// A login or a certificate that is refused says more than the connection that
// is closed for it, and that more than "all brokers are down".
int telling(rd_kafka_resp_err_t code, std::string_view reason) {
  if (refuses_client_certificate(reason)) return 3;
  switch (code) {
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      return 3;
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return 0;
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      return 1;
    default:
      return 2;
  }
}

std::string_view certificate_remedy(int x509_error) {
  switch (x509_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "renew the broker's certificate, or correct the clock here";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "name the broker in kafka.bootstrap.servers, and in its "
             "advertised.listeners, as its certificate does, or give it a "
             "certificate with that name";
    default:
      return "let kafka.ssl.ca.location name the certificate of the authority "
             "that signed the broker's";
  }
}

std::string_view remedy(rd_kafka_resp_err_t code, std::string_view reason) {
  if (refuses_client_certificate(reason)) {
    return "let kafka.ssl.certificate.location and kafka.ssl.key.location name "
           "a valid certificate of an authority that the broker trusts, and "
           "its key";
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      return "correct kafka.sasl.username, kafka.sasl.password or "
             "kafka.sasl.mechanism";
    case RD_KAFKA_RESP_ERR__SSL:
      return "correct kafka.ssl.*, or kafka.security.protocol if that listener "
             "speaks no TLS";
    case RD_KAFKA_RESP_ERR__RESOLVE:
      return "correct the host in kafka.bootstrap.servers";
    default:
      // A listener that expects TLS hangs up on whoever does not begin it.
      return reason.find("onnection refused") != std::string_view::npos
                 ? "correct kafka.bootstrap.servers, or start the broker"
                 : "check kafka.bootstrap.servers, kafka.security.protocol and "
                   "the network";
  }
}

}  // namespace

kafka_conf kafka_trouble::watched_conf() {
  kafka_conf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), on_certificate);
  return conf;
}

std::string kafka_trouble::describe(rd_kafka_t* client) {
  rd_kafka_poll(client, 0);
  const std::scoped_lock lock(mutex_);
  // A certificate that nobody minds (verification is off) is no reason.
  if (x509_error_ != 0 && code_ == RD_KAFKA_RESP_ERR__SSL) {
    return fmt::format("the broker's certificate is refused ({}): {}",
                       X509_verify_cert_error_string(x509_error_),
                       certificate_remedy(x509_error_));
  }
  if (reason_.empty()) return std::string(remedy(code_, reason_));
  return fmt::format("{}: {}", reason_, remedy(code_, reason_));
}

// A handshake that fails in the first call is told as a transport that failed.
void kafka_trouble::met(rd_kafka_resp_err_t code, std::string_view reason) {
  const auto given = reason.contains("certificate verify failed")
                         ? RD_KAFKA_RESP_ERR__SSL
                         : code;
  const std::scoped_lock lock(mutex_);
  if (telling(given, reason) < telling(code_, reason_)) return;
  code_ = given;
  reason_ = reason;
}

void kafka_trouble::met_certificate(int x509_error) {
  const std::scoped_lock lock(mutex_);
  x509_error_ = x509_error;
}

void kafka_trouble::on_error(rd_kafka_t*, int code, const char* reason,
                             void* self) noexcept {
  static_cast<kafka_trouble*>(self)->met(static_cast<rd_kafka_resp_err_t>(code),
                                         reason);
}

// Judges as OpenSSL did, which is what happens without this callback; it only
// keeps the reason, of which librdkafka 2.0.2 tells nothing.
int kafka_trouble::on_certificate(rd_kafka_t*, const char*, std::int32_t,
                                  int* x509_error, int, const char*,
                                  std::size_t, char* reason,
                                  std::size_t reason_size,
                                  void* self) noexcept {
  if (*x509_error == 0) return 1;
  static_cast<kafka_trouble*>(self)->met_certificate(*x509_error);
  std::snprintf(reason, reason_size, "%s",
                X509_verify_cert_error_string(*x509_error));
  return 0;
}

}  // namespace tokensieve
