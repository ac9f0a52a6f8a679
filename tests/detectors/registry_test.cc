#include "tests/detectors/samples.h"

#include <gtest/gtest.h>

#include <string>

namespace tokensieve {
namespace {

const std::string k_token = "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";

// The registry of the one token in `text`, in which T! stands for it.
std::string registry(std::string text, bool patch = false) {
  text.replace(text.find("T!"), 2, k_token);
  const auto found = samples::scan(text, {.patch = patch});
  if (found.size() != 1) return "not one finding";
  return found[0].registry;
}

struct registry_case {
  const char* text;
  const char* registry;
};

class written : public ::testing::TestWithParam<registry_case> {};

TEST_P(written, next_to_the_token) {
  EXPECT_EQ(registry(GetParam().text), GetParam().registry) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    npmrc, written,
    ::testing::Values(
        registry_case{"//npm.corp.example/:_authToken=T!", "npm.corp.example/"},
        registry_case{"//npm.corp.example/a/b/:_authToken=T!",
                      "npm.corp.example/a/b/"},
        registry_case{"//npm.corp.example/a:_authToken=T!",
                      "npm.corp.example/a/"},
        registry_case{"//npm.corp.example:_authToken=T!", "npm.corp.example/"},
        registry_case{"//npm.corp.example//:_authToken=T!",
                      "npm.corp.example/"},
        registry_case{"//NPM.Corp.example:8443/:_authToken=T!",
                      "NPM.Corp.example:8443/"},
        registry_case{"//localhost:4873/:_authToken=T!", "localhost:4873/"},
        registry_case{"//[fd00::1]:4873/:_authToken=T!", "[fd00::1]:4873/"},
        registry_case{"//[fd00::1]/n/:_authToken=T!", "[fd00::1]/n/"},
        registry_case{"//me:pw@npm.corp.example/:_authToken=T!",
                      "npm.corp.example/"},
        registry_case{R"(\/\/npm.corp.example\/a\/:_authToken=T!)",
                      "npm.corp.example/a/"},
        registry_case{R"(\\/\\/npm.corp.example\\/:_authToken=T!)",
                      "npm.corp.example/"},
        registry_case{"npm config set https://x.example "
                      "//npm.corp.example/:_authToken T!",
                      "npm.corp.example/"},
        registry_case{"npm ci --//npm.corp.example/:_authToken=T!",
                      "npm.corp.example/"},
        registry_case{"https://npm.corp.example/:_authToken=T!",
                      "npm.corp.example/"},
        registry_case{"\"//npm.corp.example/:_authToken\": \"T!\"",
                      "npm.corp.example/"},
        registry_case{"\x1b[36m//npm.corp.example/:_authToken=T!",
                      "npm.corp.example/"},
        registry_case{"//npm.corp.example/:\x1b[1m\x1b[K_authToken\x1b[m=T!",
                      "npm.corp.example/"},
        registry_case{"npm_config_//npm.corp.example/:_authToken=T!",
                      "npm.corp.example/"},
        registry_case{"[ 'set', '//npm.corp.example/:_authToken', 'T!' ]",
                      "npm.corp.example/"},
        registry_case{R"(\u001b[36m//npm.corp.example/\u001b[0m:_authToken=T!)",
                      "npm.corp.example/"},
        registry_case{R"(//npm.corp.example/:\\x1b[1m_authToken=T!)",
                      "npm.corp.example/"}));

INSTANTIATE_TEST_SUITE_P(
    nowhere, written,
    ::testing::Values(
        registry_case{"NPM_TOKEN=T!", ""}, registry_case{"_authToken=T!", ""},
        registry_case{"registry=https://npm.corp.example/\n_authToken=T!", ""},
        registry_case{"//npm.corp.example/ _authToken=T!", ""},
        registry_case{"//npm.corp.example/:_password=T!", ""},
        registry_case{"${REGISTRY}:_authToken=T!", ""},
        registry_case{"//${REGISTRY}/:_authToken=T!", ""},
        registry_case{"//npm.corp.example/${SCOPE}/:_authToken=T!", ""},
        registry_case{"//<host>/:_authToken=T!", ""},
        registry_case{"//npm.corp.example:port/:_authToken=T!", ""},
        registry_case{"//:_authToken=T!", ""},
        registry_case{"[//npm.corp.example/]:_authToken=T!", ""},
        registry_case{"https://ci:T!@git.corp.example/", ""}));

INSTANTIATE_TEST_SUITE_P(
    yarn, written,
    ::testing::Values(
        registry_case{"npmRegistries:\n"
                      "  \"https://npm.corp.example/path\":\n"
                      "    npmAuthToken: T!\n",
                      "npm.corp.example/path/"},
        registry_case{"npmRegistries:\n  '//npm.corp.example':\n"
                      "    npmAlwaysAuth: true\n\n    # the robot's\n"
                      "    npmAuthToken: \"T!\"\n",
                      "npm.corp.example/"},
        registry_case{"npmRegistries:\r\n  //npm.corp.example/:\r\n"
                      "    npmAuthToken: T!\r\n",
                      "npm.corp.example/"},
        registry_case{"npmRegistries: # ours\n"
                      "  \"https://npm.corp.example\": # the only one\n"
                      "    npmAuthToken: T!\n",
                      "npm.corp.example/"},
        registry_case{"npmRegistryServer: \"https://npm.corp.example\"\n"
                      "npmAuthToken: T!\n",
                      "npm.corp.example/"},
        registry_case{"npmAuthToken: T!\nnpmAlwaysAuth: true\n"
                      "npmRegistryServer: \"https://npm.corp.example:8443/a\"",
                      "npm.corp.example:8443/a/"},
        registry_case{"npmScopes:\n  corp:\n"
                      "    npmRegistryServer: https://npm.corp.example\n"
                      "    npmAuthToken: T!\n",
                      "npm.corp.example/"},
        registry_case{"npmScopes:\n  corp:\n    npmAuthToken: T!\n"
                      "    npmRegistryServer: https://npm.corp.example\n",
                      "npm.corp.example/"},
        registry_case{"2026-11-24T02:07:00.1Z npmRegistries:\n"
                      "2026-11-24T02:07:01.1Z   \"//npm.corp.example\":\n"
                      "2026-11-24T02:07:02.1Z     npmAuthToken: T!\n",
                      "npm.corp.example/"},
        registry_case{"+npmRegistries:\n+  \"//npm.corp.example\":\n"
                      "+    npmAuthToken: T!\n",
                      "npm.corp.example/"},
        registry_case{"{\"//npm.corp.example\":{\"npmAuthToken\":\"T!\"}}",
                      "npm.corp.example/"},
        registry_case{"{\n  \"//npm.corp.example\": {\n"
                      "    \"npmAuthToken\": \"T!\"\n  }\n}",
                      "npm.corp.example/"},
        registry_case{"corp: {npmRegistryServer: \"https://npm.corp.example\", "
                      "npmAuthToken: \"T!\"}",
                      "npm.corp.example/"},
        registry_case{"{\"a\":{\"npmAuthToken\":\"T!\",\"x\":{\"y\":1},"
                      "\"npmRegistryServer\":\"https://npm.corp.example\"}}",
                      "npm.corp.example/"},
        registry_case{
            "yarn config set 'npmRegistries[\"https://npm.corp.example\"]"
            ".npmAuthToken' T!",
            "npm.corp.example/"}));

INSTANTIATE_TEST_SUITE_P(
    another_mapping, written,
    ::testing::Values(
        registry_case{"npmAuthToken: T!\n", ""},
        registry_case{"npmScopes:\n  a:\n"
                      "    npmRegistryServer: https://other.example\n"
                      "  b:\n    npmAuthToken: T!\n",
                      ""},
        registry_case{"npmScopes:\n  b:\n    npmAuthToken: T!\n"
                      "  a:\n    npmRegistryServer: https://other.example\n",
                      ""},
        registry_case{"npmRegistryServer: https://other.example\n"
                      "npmScopes:\n  b:\n    npmAuthToken: T!\n",
                      ""},
        registry_case{"npmRegistries:\n  \"//other.example\":\n"
                      "    npmAlwaysAuth: true\n"
                      "npmScopes:\n  b:\n    npmAuthToken: T!\n",
                      ""},
        registry_case{"{\"a\":{\"npmRegistryServer\":\"https://o.example\"},"
                      "\"b\":{\"npmAuthToken\":\"T!\"}}",
                      ""},
        registry_case{"registry=https://other.example/\nnpmAuthToken: T!\n",
                      ""}));

INSTANTIATE_TEST_SUITE_P(
    yarn_in_a_literal, written,
    ::testing::Values(
        registry_case{R"(12 put {"content":"npmRegistries:\n  )"
                      R"(\"//npm.corp.example/a\":\n    npmAuthToken: T!\n"})",
                      "npm.corp.example/a/"},
        registry_case{R"({\"a\":\"npmRegistries:\\r\\n  )"
                      R"(\\\"//npm.corp.example\\\":\\r\\n    )"
                      R"(npmAuthToken: \\\"T!\\\"\\r\\n\"})",
                      "npm.corp.example/"},
        registry_case{R"(write('npmRegistries:\n  "//npm.corp.example":\n)"
                      R"(    npmAuthToken: "T!"'))",
                      "npm.corp.example/"},
        registry_case{R"(npmRegistries:\x0a  \x22//npm.corp.example\x22:)"
                      R"(\u000a    npmAuthToken: T!)",
                      "npm.corp.example/"},
        registry_case{
            R"(a: "npmRegistryServer: \"https:\/\/npm.corp.example\"\n)"
            R"(npmAuthToken: \"T!\"\n")",
            "npm.corp.example/"},
        registry_case{R"({"a":"npmAuthToken: T!\nnpmRegistryServer: )"
                      R"(https://npm.corp.example\n")",
                      "npm.corp.example/"},
        registry_case{R"("{\n  \"//npm.corp.example\": {\n    )"
                      R"(\"npmAuthToken\": \"T!\"\n  }\n}")",
                      "npm.corp.example/"},
        // Of another mapping, and of another literal.
        registry_case{R"("npmScopes:\n  a:\n    npmRegistryServer: )"
                      R"(https://other.example\n  b:\n    npmAuthToken: T!\n")",
                      ""},
        registry_case{"\"a\\n  //other.example:\\n\"\n"
                      "\"b:\\n    npmAuthToken: T!\\n\"",
                      ""}));

TEST(yarn_in_a_patch, the_sign_is_not_text) {
  EXPECT_EQ(registry("@@ -1,3 +1,3 @@\n npmRegistries:\n"
                     "   \"//npm.corp.example\":\n+    npmAuthToken: T!\n",
                     true),
            "npm.corp.example/");
  EXPECT_EQ(registry("@@ -1,2 +1,2 @@\n+npmRegistryServer: "
                     "https://npm.corp.example\n npmAuthToken: T!\n",
                     true),
            "npm.corp.example/");
}

TEST(yarn_in_a_patch, the_other_side_does_not_count) {
  EXPECT_EQ(registry("@@ -1,3 +1,3 @@\n npmRegistries:\n"
                     "-  \"//old.example\":\n+  \"//npm.corp.example\":\n"
                     "+    npmAuthToken: T!\n",
                     true),
            "npm.corp.example/");
  EXPECT_EQ(registry("@@ -1,3 +1,3 @@\n npmRegistries:\n"
                     "-  \"//old.example\":\n-    npmAuthToken: T!\n"
                     "+  \"//npm.corp.example\":\n",
                     true),
            "old.example/");
}

TEST(yarn_in_a_patch, nothing_is_read_across_a_hunk_header) {
  EXPECT_EQ(registry("@@ -1,1 +1,1 @@\n   \"//other.example\":\n"
                     "@@ -40,1 +40,1 @@\n+    npmAuthToken: T!\n",
                     true),
            "");
}

TEST(yarn, looks_64_lines_and_4_kib_far) {
  const auto with_gap = [](const std::string& gap) {
    return registry("npmRegistryServer: https://npm.corp.example\n" + gap +
                    "npmAuthToken: T!\n");
  };
  std::string lines;
  for (int i = 0; i < 60; ++i)
    lines += "a: b\n";
  EXPECT_EQ(with_gap(lines), "npm.corp.example/");
  EXPECT_EQ(with_gap(lines + lines), "");
  EXPECT_EQ(with_gap("a: " + std::string(3000, 'x') + "\n"),
            "npm.corp.example/");
  EXPECT_EQ(with_gap("a: " + std::string(5000, 'x') + "\n"), "");
}

}  // namespace
}  // namespace tokensieve
