#include "pipeline/kafka_trouble.h"

#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <string>

namespace tokensieve {
namespace {

constexpr const char* k_refused =
    "sasl_ssl://localhost:9093/bootstrap: error:0A000086:SSL routines::"
    "certificate verify failed";

class kafka_trouble_test : public testing::Test {
 protected:
  std::string described() { return trouble_.describe(client_.get()); }

  kafka_trouble trouble_;
  const kafka_client client_{rd_kafka_new(
      RD_KAFKA_CONSUMER, trouble_.watched_conf().release(), nullptr, 0)};
};

TEST_F(kafka_trouble_test, a_refused_certificate_is_told_however_it_is_met) {
  for (const auto code :
       {RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__TRANSPORT}) {
    kafka_trouble trouble;
    trouble.met_certificate(X509_V_ERR_HOSTNAME_MISMATCH);
    trouble.met(code, k_refused);
    trouble.met(RD_KAFKA_RESP_ERR__TRANSPORT, "Connection refused");
    const std::string said = trouble.describe(client_.get());
    EXPECT_TRUE(said.contains("hostname mismatch")) << said;
    EXPECT_TRUE(said.contains("kafka.bootstrap.servers")) << said;
  }
}

TEST_F(kafka_trouble_test, a_certificate_that_nobody_minds_is_no_reason) {
  trouble_.met_certificate(X509_V_ERR_CERT_HAS_EXPIRED);
  trouble_.met(RD_KAFKA_RESP_ERR__TRANSPORT, "Connection refused");
  EXPECT_FALSE(described().contains("certificate")) << described();
}

TEST_F(kafka_trouble_test, a_refused_login_says_more_than_what_comes_of_it) {
  trouble_.met(RD_KAFKA_RESP_ERR__AUTHENTICATION, "login failed");
  trouble_.met(RD_KAFKA_RESP_ERR__TRANSPORT, "Disconnected");
  trouble_.met(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
  EXPECT_TRUE(described().contains("login failed")) << described();
  EXPECT_TRUE(described().contains("kafka.sasl.username")) << described();
}

}  // namespace
}  // namespace tokensieve
