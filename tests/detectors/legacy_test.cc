// Which contexts make a UUID a token, and which do not.

#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

const std::string k_id = "5afe0000-0040-4000-8000-5eed5eed5eed";

// What is found in `text`, in which ID stands for the UUID: its confidence,
// or nothing.
std::string confidence(std::string text) {
  const std::size_t at = text.find("ID!");
  text.replace(at, 3, k_id);
  const auto tokens = samples::in_clear(samples::scan(text));
  if (tokens.empty()) return "none";
  EXPECT_EQ(tokens.size(), 1u) << text;
  EXPECT_EQ(tokens[0].begin, at) << text;
  EXPECT_EQ(tokens[0].value, k_id) << text;
  return tokens[0].confidence;
}

struct context_case {
  const char* text;
  const char* confidence;
};

class context : public ::testing::TestWithParam<context_case> {};

TEST_P(context, decides_confidence) {
  EXPECT_EQ(confidence(GetParam().text), GetParam().confidence)
      << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    npmrc, context,
    ::testing::Values(
        context_case{"//h.example/:_authToken=ID!", "high"},
        context_case{"_authToken=ID!", "high"},
        context_case{"_authToken = ID!", "high"},
        context_case{"_authToken: \"ID!\"", "high"},
        context_case{"npm config set //h.example/:_authToken ID!", "high"},
        context_case{"npm config set '//h.example/:_authToken' 'ID!'", "high"},
        context_case{"npm ci --//h.example/:_authToken=ID! --x", "high"},
        context_case{"\"//h.example/:_authToken\": \"ID!\"", "high"},
        context_case{"NPM_CONFIG__AUTHTOKEN=ID!", "high"},
        context_case{"npm_config__authtoken=ID!", "high"},
        context_case{"npm_config_//h.example/:_authToken=ID!", "high"},
        context_case{"npmAuthToken: \"ID!\"", "high"},
        context_case{"yarn config set npmAuthToken ID!", "high"}));

INSTANTIATE_TEST_SUITE_P(
    variables, context,
    ::testing::Values(
        context_case{"NPM_TOKEN=ID!", "medium"},
        context_case{"npm_token=ID!", "medium"},
        context_case{"my_npm_token=ID!", "medium"},
        context_case{"Npm_Token=ID!", "medium"},
        context_case{"NODE_AUTH_TOKEN=ID!", "medium"},
        context_case{"NPM_AUTH_TOKEN=ID!", "medium"},
        context_case{"FONTAWESOME_NPM_AUTH_TOKEN: \"ID!\"", "medium"},
        context_case{"  NODE_AUTH_TOKEN: ID!\n", "medium"},
        context_case{"\"NPM_TOKEN\" => \"ID!\"", "medium"},
        context_case{"token=${NPM_TOKEN:-ID!}", "medium"},
        context_case{"<NPM_TOKEN>ID!</NPM_TOKEN>", "medium"},
        context_case{"NPM_TOKEN                 ID!", "medium"},
        context_case{"NPM_TOKEN\tID!", "medium"},
        context_case{"NPM_TOKEN=`ID!`", "medium"},
        context_case{"{\"NPM_TOKEN\":\"ID!\"}", "medium"},
        context_case{R"({\"NPM_TOKEN\":\"ID!\"})", "medium"},
        context_case{R"({\\\"NPM_TOKEN\\\":\\\"ID!\\\"})", "medium"},
        context_case{R"("NPM_TOKEN":{"value":"ID!","isSecret":true})",
                     "medium"},
        context_case{R"("NPM_TOKEN": { "value" : "ID!" })", "medium"},
        context_case{R"(\"NPM_TOKEN\":{\"value\":\"ID!\"})", "medium"},
        context_case{"\x1b[1mNPM_TOKEN\x1b[0m=\x1b[32mID!\x1b[0m", "medium"},
        context_case{"NPM_TOKEN\x1b[K=\x1b[01;31m\x1b[KID!\x1b[m", "medium"}));

INSTANTIATE_TEST_SUITE_P(
    npm_token_create, context,
    ::testing::Values(
        context_case{"Created publish token ID!", "high"},
        context_case{"Created read only token ID!", "high"},
        context_case{"Created \x1b[34mpublish\x1b[39m token ID!", "high"},
        context_case{"$ npm token create\nCreated token ID!", "high"},
        context_case{"$ npm token create\nnpm password:\n\n"
                     "| token          | ID! |\n| cidr_whitelist | |",
                     "high"},
        context_case{"> npm token create --read-only\n"
                     "\xe2\x94\x82 token \xe2\x94\x82 ID! \xe2\x94\x82",
                     "high"},
        context_case{"npm token create --json\n{\n  \"token\": \"ID!\",\n",
                     "high"},
        context_case{"npm token create --parseable\ntoken\tID!\n", "high"}));

INSTANTIATE_TEST_SUITE_P(
    commands_and_files, context,
    ::testing::Values(
        context_case{"@corp:registry=https://h.example/n/\n"
                     "//h.example/n/:_authToken=ID!",
                     "high"},
        context_case{"//h.example:8080/a/b/:_authToken = \"ID!\"", "high"},
        context_case{"//h.example/:_authToken=ID!;", "high"},
        context_case{"npm config set //h.example/:_authToken=ID!", "high"},
        context_case{"npm config set _authToken \"ID!\"", "high"},
        context_case{"npm ci --_authToken=ID!", "high"},
        context_case{"NPM_CONFIG_//h.example/:_AUTHTOKEN=ID!", "high"},
        context_case{"//h.example/:_authToken=\x1b[32mID!\x1b[0m", "high"},
        context_case{"export NPM_TOKEN='ID!'", "medium"},
        context_case{"ENV NPM_TOKEN ID!", "medium"},
        context_case{"docker build --build-arg NPM_TOKEN=ID! .", "medium"},
        context_case{"$env:NPM_TOKEN = \"ID!\"", "medium"},
        context_case{"NPM_TOKEN := ID!", "medium"},
        context_case{"YARN_NPM_AUTH_TOKEN=ID!", "medium"}));

// A string that another holds, as a page or a shell shows it.
TEST(legacy, what_stands_between_may_be_encoded) {
  for (const std::string between :
       {"\\&quot;:\\&quot;", "&quot;: &quot;", "=\\e[1m", "=\\E[1m",
        "=\\033[1m", "\\u001b[0m: "}) {
    const std::string text = "NPM_TOKEN" + between + k_id + " x";
    EXPECT_EQ(samples::scan(text).size(), 1u) << text;
    EXPECT_TRUE(samples::may_hold_token(text)) << text;
  }
}

// A Secret of Kubernetes has its names in clear.
TEST(legacy, a_value_in_base64_has_the_name_in_front) {
  const std::string encoded =
      "NWFmZTAwMDAtMDA0MC00MDAwLTgwMDAtNWVlZDVlZWQ1ZWVk";
  const auto at = [&](const std::string& before, const std::string& behind) {
    const std::string text = before + encoded + behind;
    const auto found = samples::scan(text);
    if (found.size() != 1) return false;
    EXPECT_TRUE(samples::may_hold_token(text)) << text;
    EXPECT_EQ(found[0].token.reveal(), k_id) << text;
    EXPECT_EQ(found[0].begin, before.size()) << text;
    EXPECT_EQ(found[0].encodings, std::vector{token_encoding::base64}) << text;
    return true;
  };
  for (const std::string before :
       {"  NPM_TOKEN: ", "\"NPM_TOKEN\":\"", "//h.example/:_authToken="}) {
    for (const std::string behind : {"", "\n", "\"", "Cg==", "DQo=\n", ","})
      EXPECT_TRUE(at(before, behind)) << before << behind;
    for (const std::string behind : {"A", "Cg", "/", "Cg=="})
      EXPECT_EQ(at(before, behind), behind == "Cg==") << before << behind;
  }
  EXPECT_FALSE(at("RUN_ID: ", "\n"));
  EXPECT_FALSE(at("NPM_TOKEN: x", "\n"));
  EXPECT_TRUE(
      samples::scan("NPM_TOKEN: MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAw"
                    "MDAwMDAw")
          .empty());
}

// Kubernetes, ECS, Terraform and others write a variable's name as a value.
INSTANTIATE_TEST_SUITE_P(
    values_beside_names, context,
    ::testing::Values(
        context_case{R"({"name":"NPM_TOKEN","value":"ID!"})", "medium"},
        context_case{R"({ "key" : "NPM_TOKEN" , "value" : "ID!" })", "medium"},
        context_case{R"({"Name":"NPM_TOKEN","Value":"ID!"})", "medium"},
        context_case{R"({\"name\":\"NPM_TOKEN\",\"value\":\"ID!\"})", "medium"},
        context_case{"\"name\": \"NPM_TOKEN\",\r\n  \"value\": \"ID!\"",
                     "medium"},
        context_case{"{ name = \"NPM_TOKEN\", value = \"ID!\" }", "medium"},
        context_case{"name  = \"NPM_TOKEN\"\n    value = \"ID!\"", "medium"},
        context_case{"  - name: NPM_TOKEN\n    value: ID!\n", "medium"},
        context_case{"- name: \"NPM_TOKEN\"\r\n  value: 'ID!'\r\n", "medium"},
        context_case{"+  - name: NPM_TOKEN\n+    value: ID!", "medium"},
        context_case{"-  name: NPM_TOKEN\n-  value: ID!", "medium"},
        context_case{"#12 0.4 - name: NPM_TOKEN\n#12 0.51   value: ID!",
                     "medium"},
        context_case{"2026-11-24T02:07:09.1Z   - name: NPM_TOKEN\n"
                     "2026-11-24T02:07:10.2Z     value: ID!",
                     "medium"},
        context_case{R"(<param name="env.NPM_TOKEN" value="ID!"/>)", "medium"},
        context_case{R"(<env name=\"NPM_TOKEN\" value=\"ID!\"/>)", "medium"}));

// Code, and a list of arguments.
INSTANTIATE_TEST_SUITE_P(
    values_in_code, context,
    ::testing::Values(
        context_case{R"(os.environ["NPM_TOKEN"] = "ID!")", "medium"},
        context_case{"process.env['NPM_TOKEN']='ID!'", "medium"},
        context_case{R"(\"ENV[\"NPM_TOKEN\"] = \"ID!\")", "medium"},
        context_case{
            R"(["npm","config","set","//h.example/:_authToken","ID!"])",
            "high"},
        context_case{"cli [ 'set', '//h.example/:_authToken', 'ID!' ]", "high"},
        context_case{R"([\"//h.example/:_authToken\",\n \"ID!\"])", "none"},
        context_case{"[\"//h.example/:_authToken\",\n \"ID!\"]", "high"},
        context_case{R"(["NPM_TOKEN"] "ID!")", "none"},
        context_case{R"(["NPM_TOKEN", "ID!"])", "none"},
        context_case{R"(["_authToken", "ID!"])", "none"},
        context_case{R"(["//h.example/:_authToken", "x", "ID!"])", "none"},
        context_case{R"(["_authToken"], "ID!")", "none"},
        context_case{"_authToken, ID!", "none"}));

INSTANTIATE_TEST_SUITE_P(
    values_of_others, context,
    ::testing::Values(
        context_case{"- name: NPM_TOKEN\n- value: ID!", "none"},
        context_case{"- name: NPM_TOKEN\n  valueFrom: ID!", "none"},
        context_case{R"(<a name="NPM_TOKEN" id="ID!"/>)", "none"},
        context_case{R"(NPM_TOKEN="" value="ID!")", "none"},
        context_case{"NPM_TOKEN=\nvalue: ID!", "none"},
        context_case{R"("NPM_TOKEN":"","value":"ID!")", "none"},
        context_case{R"({"name":"NPM_TOKEN"},{"value":"ID!"})", "none"},
        context_case{R"({"name":"NPM_TOKEN","id":"ID!"})", "none"},
        context_case{R"({"name":"NPM_TOKEN","value":"","id":"ID!"})", "none"},
        context_case{"- name: NPM_TOKEN\n\n  value: ID!", "none"}));

// protobuf puts the next field's tag right behind a string.
INSTANTIATE_TEST_SUITE_P(
    bytes_behind, context,
    ::testing::Values(context_case{"_authToken=ID!Y\xc7r\xcd\xdb\xb2)\xeb\x18",
                                   "high"},
                      context_case{"_authToken=ID!R\x01", "high"},
                      context_case{"_authToken=ID!Y\n", "none"},
                      context_case{"_authToken=ID!Y\x1b[0m", "none"},
                      context_case{"_authToken=ID!Yabcdefgh\x01", "none"}));

INSTANTIATE_TEST_SUITE_P(
    near_the_word_npm, context,
    ::testing::Values(context_case{"npm http fetch GET 200 ID!", "none"},
                      context_case{"npm notice ID!", "none"},
                      context_case{"npm WARN deprecated ID!", "none"},
                      context_case{"npm token revoke ID!", "none"},
                      context_case{"npm_package_id=ID!", "none"},
                      context_case{"npm_lifecycle_script=ID!", "none"},
                      context_case{"correlationId: ID! npm_token", "none"},
                      context_case{"NPM_TOKEN: ***\nID!", "none"},
                      context_case{"NPM_TOKEN present, request ID!", "none"},
                      context_case{"# _authToken is unset (run ID!)", "none"}));

INSTANTIATE_TEST_SUITE_P(
    look_alikes, context,
    ::testing::Values(context_case{"npm-session: ID!", "none"},
                      context_case{"x-request-id: ID!", "none"},
                      context_case{"npm ERR! run ID!", "none"},
                      context_case{"authorization: Bearer ID!", "none"},
                      context_case{"_authToken: Bearer ID!", "none"},
                      context_case{"npm ID!", "none"},
                      context_case{"token=ID!", "none"},
                      context_case{"NPM_TOKEN_ID=ID!", "none"},
                      context_case{"NPM_TOKENS=ID!", "none"},
                      context_case{"NPM_TOKENID!", "none"},
                      context_case{"_authTokens=ID!", "none"},
                      context_case{"NPM_TOKEN,ID!", "none"},
                      context_case{"NPM_TOKEN\nID!", "none"},
                      context_case{"NPM_TOKEN > ID!", "none"},
                      context_case{"NPM_TOKEN=x ID!", "none"},
                      context_case{"NPM_TOKEN=ID!0", "none"},
                      context_case{"NPM_TOKEN=ID!_x", "none"},
                      context_case{"NPM_TOKEN=aID!", "none"},
                      context_case{"Created token ID!", "none"},
                      context_case{"Created access token ID!", "none"},
                      context_case{"npm token create\nnpm-session: ID!",
                                   "none"},
                      context_case{"npm token create\ntokens ID!", "none"},
                      context_case{"npm token list\n| token | ID! |", "none"},
                      context_case{"NPMToken.ID!", "none"}));

TEST(legacy, a_value_far_behind_its_name_is_none) {
  EXPECT_EQ(confidence("NPM_TOKEN=" + std::string(200, ' ') + "ID!"), "medium");
  EXPECT_EQ(confidence("NPM_TOKEN=" + std::string(300, ' ') + "ID!"), "none");
  EXPECT_EQ(
      confidence("npm token create\n" + std::string(1200, '.') + " token ID!"),
      "none");
}

TEST(legacy, placeholders_are_never_tokens) {
  for (const std::string id : {"00000000-0000-0000-0000-000000000000",
                               "11111111-1111-4111-8111-111111111111",
                               "aaaaaaaa-AAAA-4aaa-baaa-aaaaaaaaaaaa",
                               "11111111-2222-3333-4444-555555555555",
                               "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"}) {
    scanner finder = samples::make_scanner();
    std::vector<finding> found;
    ASSERT_TRUE(finder.scan("_authToken=" + id + " NpmToken." + id, {}, found));
    EXPECT_TRUE(found.empty()) << id;
    EXPECT_EQ(
        finder.rejected()[static_cast<std::size_t>(rejection::placeholder)],
        2u);
  }
}

TEST(legacy, keeps_the_case_and_takes_any_version) {
  for (const std::string id : {"5AFE0000-0042-4000-8000-5EED5EED5EED",
                               "5afe0000-0042-3000-8000-5eed5eed5eed",
                               "5aFe0000-0042-f000-0000-5eed5EEd5eed"}) {
    const auto tokens =
        samples::in_clear(samples::scan("_authToken=" + id + "\n"));
    ASSERT_EQ(tokens.size(), 1u) << id;
    EXPECT_EQ(tokens[0].value, id);
  }
}

TEST(nexus, is_one_token_with_its_prefix_anywhere) {
  for (const std::string before : {"", "Bearer ", "x", "_authToken=", "="}) {
    const auto found = samples::scan(before + "NpmToken." + k_id);
    ASSERT_EQ(found.size(), 1u) << before;
    EXPECT_EQ(found[0].token.reveal(), "NpmToken." + k_id);
    EXPECT_EQ(found[0].begin, before.size());
    EXPECT_EQ(found[0].kind, token_kind::legacy);
    EXPECT_EQ(found[0].format, token_format::nexus);
    EXPECT_EQ(found[0].checksum, token_checksum::none);
    EXPECT_EQ(found[0].confidence, token_confidence::high);
  }
}

TEST(legacy, two_names_of_one_value_make_one_finding_of_the_better) {
  const auto tokens = samples::in_clear(
      samples::scan("npm token create\nYARN_NPM_AUTH_TOKEN token " + k_id));
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_EQ(tokens[0].confidence, "high");
}

}  // namespace
}  // namespace tokensieve
