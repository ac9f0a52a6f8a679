#include "schemas/request_identity.h"

#include "schemas/request.h"
#include "tests/schemas/sample_tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tokensieve {
namespace {

using enum token_confidence;

leaked_token sample(std::string registry, token_confidence confidence) {
  leaked_token token = bare_token(std::string(k_legacy_token));
  token.found.registry = std::move(registry);
  token.found.confidence = confidence;
  return token;
}

void expect_same(const request_identity& a, const request_identity& b) {
  EXPECT_EQ(a.token, b.token);
  EXPECT_EQ(a.at_registry, b.at_registry);
  EXPECT_EQ(a.confidence, b.confidence);
}

TEST(request_identity_test, a_request_is_read_back_as_it_was_written) {
  request_reader reader;
  for (const std::string registry :
       {"", "npm.corp.example/", "npm.corp.example:8443/a\"b\\c/"}) {
    for (const token_confidence confidence : {low, medium, high}) {
      leaked_token token = sample(registry, confidence);
      token.where.job = R"("confidence":"low","registry":"x",)";
      const auto read = reader.read(write_request(token, sample_origin()));
      ASSERT_TRUE(read);
      expect_same(*read,
                  identity_of(token.found.fingerprint, registry, confidence));
    }
  }
}

TEST(request_identity_test, token_and_registry_make_the_identity) {
  const token_fingerprint one = fingerprint_of(secret("npm_SYNTHETIC1"));
  const token_fingerprint two = fingerprint_of(secret("npm_SYNTHETIC2"));
  EXPECT_NE(identity_of(one, "a/", high).token,
            identity_of(two, "a/", high).token);
  EXPECT_NE(identity_of(one, "a/", high).at_registry,
            identity_of(two, "a/", high).at_registry);
  EXPECT_NE(identity_of(one, "a/", high).at_registry,
            identity_of(one, "b/", high).at_registry);
  EXPECT_EQ(identity_of(one, "a/", high).token,
            identity_of(one, "b/", low).token);
  EXPECT_EQ(identity_of(one, "", high).at_registry,
            identity_of(one, "", high).token);
}

TEST(request_identity_test, what_is_no_request_has_no_identity) {
  request_reader reader;
  const leaked_token token = sample("npm.corp.example/", high);
  const std::string good = write_request(token, sample_origin());
  const auto without = [&](const std::string& what, const std::string& with) {
    std::string text = good;
    text.replace(text.find(what), what.size(), with);
    return text;
  };
  ASSERT_TRUE(reader.read(good));
  for (const std::string& bad :
       {std::string(), std::string("null"), std::string("npm"),
        std::string("[]"), std::string("{}"), good.substr(0, good.size() / 2),
        without("revocation-request/v1", "revocation-request/v2"),
        without("\"fingerprint\":\"sha256:", "\"fingerprint\":\"sha512:"),
        without("\"confidence\":\"high\"", "\"confidence\":\"sure\""),
        without("\"registry\"", "\"registrar\""),
        without("\"token\"", "\"taken\""),
        write_sighting(token, sample_origin(), 1)}) {
    EXPECT_FALSE(reader.read(bad)) << bad.substr(0, 80);
  }
}

TEST(request_identity_test, a_fingerprint_is_read_as_it_is_written) {
  const token_fingerprint one = fingerprint_of(secret("npm_SYNTHETIC1"));
  EXPECT_EQ(parse_fingerprint(one.to_string()), one);
  EXPECT_FALSE(parse_fingerprint(""));
  EXPECT_FALSE(parse_fingerprint(one.to_string() + "0"));
  EXPECT_FALSE(parse_fingerprint("sha256:" + std::string(64, 'g')));
}

}  // namespace
}  // namespace tokensieve
