#include "pipeline/config_load.h"
#include "tests/pipeline/config_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

namespace tokensieve {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using config_secret_test = config_test;

constexpr std::string_view k_hush = "hush-hush-7";

std::vector<std::string> secret_keys() {
  std::vector<std::string> keys;
  for (const std::string side : {"", "consumer.", "producer."}) {
    for (const std::string name :
         {"sasl.password", "ssl.key.password", "ssl.keystore.password",
          "sasl.oauthbearer.client.secret", "ssl.key.pem",
          "sasl.oauthbearer.config", "sasl.pasword", "ssl.kystore.password"}) {
      keys.push_back("kafka." + side + name);
    }
  }
  return keys;
}

TEST_F(config_secret_test, a_secret_is_never_taken_from_a_flag_nor_shown) {
  for (const std::string& key : secret_keys()) {
    sources_.flags = {{key, std::string{k_hush}}};
    EXPECT_THAT(texts(load_yaml(std::string{k_broker})),
                ElementsAre(AllOf(StartsWith("flag --" + key + ": "),
                                  Not(HasSubstr(k_hush)))));
  }
  sources_.flags = {{"kafka.sasl.password", std::string{k_hush}}};
  EXPECT_THAT(
      texts(load_yaml(std::string{k_broker})),
      ElementsAre(HasSubstr("variable TOKENSIEVE_KAFKA_SASL_PASSWORD")));
}

TEST_F(config_secret_test,
       a_secret_in_a_readable_file_is_refused_with_the_remedy) {
  const auto yaml =
      with_broker("kafka.sasl.password: " + std::string{k_hush} + "\n");
  EXPECT_THAT(problems_of(yaml),
              ElementsAre(AllOf(StartsWith("F:2: kafka.sasl.password: "),
                                HasSubstr("chmod 600"), HasSubstr("${file:"),
                                Not(HasSubstr(k_hush)))));
  ASSERT_EQ(::chmod(sources_.file->c_str(), 0640), 0);
  const auto loaded = load();
  EXPECT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.values.kafka.common.at("sasl.password"), k_hush);
}

TEST_F(config_secret_test, a_secret_by_variable_or_file_is_taken_and_masked) {
  folder_.write("hush", std::string{k_hush} + "\n");
  for (const std::string& value :
       {std::string{k_hush}, "${file:" + folder_.path() + "/hush}"}) {
    sources_.variables = {{"TOKENSIEVE_KAFKA_SASL_PASSWORD", value}};
    const auto loaded = load_yaml(std::string{k_broker});
    ASSERT_THAT(texts(loaded), IsEmpty());
    EXPECT_EQ(loaded.values.kafka.common.at("sasl.password"), k_hush);
    EXPECT_THAT(print_config(loaded),
                AllOf(HasSubstr("sasl.password: \""), Not(HasSubstr(k_hush))));
  }
}

TEST_F(config_secret_test,
       no_message_shows_a_secret_whatever_is_wrong_with_it) {
  const std::string hush{k_hush};
  const std::vector<std::string> files{
      "kafka: {sasl.pasword: " + hush + "}\n",
      "kafka: {sasl.password: [" + hush + "]}\n",
      "kafka: {sasl.password: {a: " + hush + "}}\n",
      "kafka: {sasl.password: *" + hush + "}\n",
      "kafka: {sasl.password: !" + hush + "}\n",
      "kafka: {sasl.password: &" + hush + " }\n",
      "kafka: {sasl.password: '${file:a}" + hush + "'}\n",
      "kafka: {sasl.password: \"\\q" + hush + "\"}\n",
      "kafka:\n  sasl.password: " + hush + "\n   x\n: " + hush + "\n",
      "kafka: {ssl.key.pem: " + hush +
          ", security.protocol: ssl,\n"
          "  ssl.certificate.pem: x, bootstrap.servers: 'b.example:1'}\n",
      "passwrod: " + hush + "\n"};
  for (const std::string& yaml : files) {
    for (const mode_t mode : {0600, 0644}) {
      sources_.file = folder_.write("F", yaml);
      ASSERT_EQ(::chmod(sources_.file->c_str(), mode), 0);
      const auto found = texts(load());
      EXPECT_FALSE(found.empty()) << yaml;
      EXPECT_THAT(found, Not(Contains(HasSubstr(hush)))) << yaml;
    }
  }
}

TEST_F(config_secret_test, a_token_pasted_as_a_fingerprint_is_not_shown) {
  EXPECT_THAT(problems_of(with_broker("detection: {ignore: pasted-token}\n")),
              ElementsAre(AllOf(StartsWith("F:2: detection.ignore: entry 1"),
                                Not(HasSubstr("pasted-token")))));
}

}  // namespace
}  // namespace tokensieve
