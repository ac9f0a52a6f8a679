#include "schemas/request.h"

#include "schemas/timestamp.h"
#include "tests/schemas/sample_tokens.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <string>
#include <string_view>

namespace tokensieve {
namespace {

std::string sha256(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         digest);
  std::string out;
  for (const unsigned char byte : digest) {
    constexpr std::string_view k_hex = "0123456789abcdef";
    out += k_hex[byte / 16];
    out += k_hex[byte % 16];
  }
  return out;
}

const std::string& fingerprint() {
  static const std::string text = "sha256:" + sha256(k_granular_token);
  return text;
}

TEST(request, every_member_stands_in_the_order_of_the_contract) {
  const std::string id =
      sha256("ci.build-logs\n3\n81234\n3\n/files/0/patch\n12\n33\n" +
             fingerprint() + "\nnpm.corp.example:8443/path/");
  EXPECT_EQ(
      write_request(full_token(k_granular_token), sample_origin()),
      R"({"schema":"tokensieve.revocation-request/v1","id":")" + id +
          R"(","action":"revoke","token":{"value":")" +
          std::string(k_granular_token) +
          R"(","kind":"granular","format":"npm","fingerprint":")" +
          fingerprint() +
          R"(","display":"npm_SYNT...VOnr","checksum":"valid"},)"
          R"("registry":"npm.corp.example:8443/path/","confidence":"high",)"
          R"("hazards":["wipe-on-revoke"],"leak":{"kind":"commit",)"
          R"("provider":"github","organization":"acme",)"
          R"("repository":"acme/web","build":"8812","job":"test 20",)"
          R"("sha":"00000000000000000000000000000000000000ff",)"
          R"("path":".npmrc","side":"added",)"
          R"("url":"https://git.example/acme/web",)"
          R"("time":"2026-11-24T02:07:00Z","index":3,)"
          R"("field":"/files/0/patch","line":12,"column":33,)"
          R"("encodings":["base64","base64"]},)"
          R"("origin":{"topic":"ci.build-logs","partition":3,)"
          R"("offset":81234,"timestamp":"2026-11-24T02:07:00.123Z"}})");
}

TEST(request, what_is_not_known_is_null) {
  kafka_origin origin = sample_origin();
  origin.timestamp_ms.reset();
  leaked_token token = bare_token(k_legacy_token);
  token.where.line.reset();
  token.where.column.reset();
  const std::string fingerprint_text = "sha256:" + sha256(k_legacy_token);
  EXPECT_EQ(
      write_request(token, origin),
      R"({"schema":"tokensieve.revocation-request/v1","id":")" +
          sha256("ci.build-logs\n3\n81234\n\n\n\n\n" + fingerprint_text +
                 "\n") +
          R"(","action":"revoke","token":{"value":")" +
          std::string(k_legacy_token) +
          R"(","kind":"legacy","format":"uuid","fingerprint":")" +
          fingerprint_text +
          R"(","display":"5afe0000...5eed","checksum":"none"},)"
          R"("registry":null,"confidence":"high","hazards":[],)"
          R"("leak":{"kind":"other","provider":null,"organization":null,)"
          R"("repository":null,"build":null,"job":null,"sha":null,)"
          R"("path":null,"side":null,"url":null,"time":null,"index":null,)"
          R"("field":"","line":null,"column":null,"encodings":[]},)"
          R"("origin":{"topic":"ci.build-logs","partition":3,)"
          R"("offset":81234,"timestamp":null}})");
}

TEST(request, the_same_values_give_the_same_bytes) {
  EXPECT_EQ(write_request(full_token(k_granular_token), sample_origin()),
            write_request(full_token(k_granular_token), sample_origin()));
}

TEST(request, the_origin_of_a_scan_is_a_file) {
  const leaked_token token = bare_token(k_granular_token);
  const std::string event =
      write_request(token, file_origin{.file = "logs/a.log", .record = 7});
  EXPECT_TRUE(event.ends_with(R"("origin":{"file":"logs/a.log","record":7}})"));
  const std::string plain =
      write_request(token, file_origin{.file = "-", .record = {}});
  EXPECT_TRUE(plain.ends_with(R"("origin":{"file":"-","record":null}})"));
}

TEST(request, the_id_of_a_scan_has_an_empty_line_for_the_offset) {
  const leaked_token token = bare_token(k_granular_token);
  EXPECT_EQ(request_id(token, file_origin{.file = "a.log", .record = 7}),
            sha256("a.log\n7\n\n\n\n1\n1\n" + fingerprint() + "\n"));
  EXPECT_EQ(request_id(token, file_origin{.file = "a.log", .record = {}}),
            sha256("a.log\n\n\n\n\n1\n1\n" + fingerprint() + "\n"));
}

TEST(request, control_characters_are_escaped) {
  leaked_token token = bare_token(k_granular_token);
  token.where.job = std::string("\"\\\b\f\n\r\t\x01\x1f\x7f\0/\u20ac", 15);
  EXPECT_NE(write_request(token, sample_origin())
                .find(R"("job":"\"\\\b\f\n\r\t\u0001\u001f)"
                      "\x7f"
                      R"(\u0000/€")"),
            std::string::npos);
}

TEST(request, what_is_no_utf8_becomes_replacement_characters) {
  const auto job = [](std::string_view written) {
    leaked_token token = bare_token(k_granular_token);
    token.where.job = written;
    const std::string request = write_request(token, sample_origin());
    const std::size_t begin = request.find(R"("job":")") + 7;
    return request.substr(begin, request.find('"', begin) - begin);
  };
  EXPECT_EQ(job("caf\xE9!"), "caf\uFFFD!");
  EXPECT_EQ(job("\xC0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(job("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(job("\xE2\x82"), "\uFFFD");
  EXPECT_EQ(job("\xF0\x9F\x98Z"), "\uFFFDZ");
  EXPECT_EQ(job("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(job("\u00e9\u20ac\U0001F600"), "\u00e9\u20ac\U0001F600");
}

TEST(request, its_id_can_be_computed_from_its_members) {
  leaked_token token = bare_token(k_granular_token);
  EXPECT_EQ(request_id(token, file_origin{.file = "caf\xE9", .record = {}}),
            sha256("caf\uFFFD\n\n\n\n\n1\n1\n" + fingerprint() + "\n"));
}

TEST(sighting, has_all_but_the_value_and_a_count) {
  const leaked_token token = full_token(k_granular_token);
  std::string expected = write_request(token, sample_origin());
  const auto replace = [&](std::string_view from, std::string_view to) {
    expected.replace(expected.find(from), from.size(), to);
  };
  replace("tokensieve.revocation-request/v1", "tokensieve.sighting/v1");
  replace(R"("action":"revoke")", R"("action":"none")");
  replace(R"("value":")" + std::string(k_granular_token) + R"(",)", "");
  expected.back() = ',';
  expected += R"("count":5})";
  EXPECT_EQ(write_sighting(token, sample_origin(), 5), expected);
}

TEST(sighting, never_shows_the_token) {
  for (const std::string_view value :
       {k_granular_token, k_legacy_token,
        std::string_view("NpmToken.5afe0000-0040-4000-8000-5eed5eed5eed")}) {
    const std::string sighting =
        write_sighting(full_token(value), sample_origin(), 1);
    EXPECT_EQ(sighting.find(value.substr(12, 12)), std::string::npos);
  }
}

TEST(headers, are_those_of_a_cloud_event) {
  const leaked_token token = full_token(k_granular_token);
  const std::vector<message_header> expected{
      {"ce_specversion", "1.0"},
      {"ce_id", request_id(token, sample_origin())},
      {"ce_type", "tokensieve.revocation-request.v1"},
      {"ce_source", "/ci.build-logs"},
      {"ce_subject", fingerprint()},
      {"ce_time", "2026-11-24T02:07:00.123Z"},
      {"content-type", "application/json"}};
  EXPECT_EQ(cloud_event_headers(output_kind::request, token, sample_origin()),
            expected);
}

TEST(headers, of_a_sighting_differ_in_the_type) {
  const auto headers = cloud_event_headers(
      output_kind::sighting, full_token(k_granular_token), sample_origin());
  EXPECT_EQ(headers[2], (message_header{"ce_type", "tokensieve.sighting.v1"}));
}

TEST(headers, have_no_time_where_the_record_has_none) {
  kafka_origin origin = sample_origin();
  origin.timestamp_ms.reset();
  for (const auto& header : cloud_event_headers(
           output_kind::request, full_token(k_granular_token), origin)) {
    EXPECT_NE(header.name, "ce_time");
  }
}

TEST(timestamps, are_rfc_3339_with_milliseconds) {
  EXPECT_EQ(rfc_3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc_3339(951'782'400'001), "2000-02-29T00:00:00.001Z");
  EXPECT_EQ(rfc_3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc_3339(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc_3339(253'402'300'800'000), std::nullopt);
  EXPECT_EQ(rfc_3339(std::numeric_limits<std::int64_t>::min()), std::nullopt);
  EXPECT_EQ(rfc_3339(std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace tokensieve
