#include "pipeline/http_server.h"

#include "tests/pipeline/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tokensieve {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class http_server_test : public testing::Test {
 protected:
  http_server_test() {
    auto listening = http_server::listen(
        {"127.0.0.1", 0},
        {{"/here",
          [this] {
            ++asked_;
            return http_response{.status = 200, .body = "yes\n"};
          }},
         {"/broken",
          [] { return http_response{.status = 503, .body = "no\n"}; }},
         {"/throws", []() -> http_response { throw std::bad_alloc(); }},
         {"/long", [] {
            return http_response{.status = 200,
                                 .body = std::string(32 << 20, 'x')};
          }}});
    if (listening) server_ = std::move(*listening);
  }

  [[nodiscard]] const std::string& address() const {
    return server_->address();
  }
  [[nodiscard]] std::uint16_t port() const {
    return static_cast<std::uint16_t>(
        std::stoi(address().substr(address().rfind(':') + 1)));
  }

  std::atomic<int> asked_{0};
  std::unique_ptr<http_server> server_;
};

TEST_F(http_server_test, a_path_is_answered_with_what_its_handler_says) {
  const http_answer yes = get(address(), "/here");
  EXPECT_EQ(yes.status, 200);
  EXPECT_EQ(yes.body, "yes\n");
  EXPECT_THAT(yes.head, HasSubstr("Content-Length: 4"));
  const http_answer no = get(address(), "/broken");
  EXPECT_EQ(no.status, 503);
  EXPECT_EQ(no.body, "no\n");
}

TEST_F(http_server_test,
       what_stands_behind_a_question_mark_counts_for_nothing) {
  EXPECT_EQ(get(address(), "/here?verbose=1").body, "yes\n");
}

TEST_F(http_server_test, head_is_get_without_the_body) {
  const http_answer head =
      ask(address(), "HEAD /here HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 4"));
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(asked_, 1);
}

TEST_F(http_server_test, every_other_method_is_refused) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    const http_answer refused =
        ask(address(), std::string(method) +
                           " /here HTTP/1.1\r\nHost: x\r\n"
                           "Content-Length: 5\r\n\r\nhello");
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_THAT(refused.head, HasSubstr("Allow: GET, HEAD")) << method;
  }
  EXPECT_EQ(asked_, 0);
}

TEST_F(http_server_test, an_unknown_path_is_told_the_known_ones) {
  for (const char* path : {"/", "/here/", "/HERE", "/../../etc/passwd",
                           "/%2e%2e/%2e%2e/etc/passwd"}) {
    const http_answer answer = get(address(), path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(answer.body, HasSubstr("/broken /here")) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << path;
  }
}

TEST_F(http_server_test, a_handler_that_fails_is_a_500) {
  EXPECT_EQ(get(address(), "/throws").status, 500);
  EXPECT_EQ(get(address(), "/here").status, 200);
}

TEST_F(http_server_test, an_over_long_request_is_refused) {
  EXPECT_NE(get(address(), "/here?" + std::string(10'000, 'x')).status, 200);
  const http_answer headers =
      ask(address(),
          "GET /here HTTP/1.1\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n");
  EXPECT_NE(headers.status, 200);
  EXPECT_EQ(asked_, 0);
  EXPECT_EQ(get(address(), "/here").status, 200);
}

TEST_F(http_server_test, what_is_no_request_is_refused) {
  for (const char* text : {"npm ci\r\n\r\n", "\r\n\r\n", "GET\r\n\r\n",
                           "GET /here HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02"}) {
    EXPECT_NE(ask(address(), text).status, 200) << text;
  }
  EXPECT_EQ(get(address(), "/here").status, 200);
}

TEST_F(http_server_test, a_client_that_says_nothing_holds_up_no_other) {
  const http_client silent(address());
  const http_client slow(address());
  slow.send("GET /here HT");
  const http_client deaf(address());  // asks, and does not read
  deaf.send("GET /long HTTP/1.1\r\n\r\n");
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(get(address(), "/here").status, 200);
}

TEST_F(http_server_test, clients_that_say_nothing_are_sent_away) {
  std::vector<std::unique_ptr<http_client>> silent;
  for (int i = 0; i < 12; ++i)
    silent.push_back(std::make_unique<http_client>(address()));
  // As soon as the server has given those up.
  EXPECT_EQ(get(address(), "/here").status, 200);
}

TEST_F(http_server_test, many_are_answered_at_once) {
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        for (int k = 0; k < 50; ++k)
          good += get(address(), "/here").status == 200 ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, 400);
  EXPECT_EQ(asked_, 400);
}

TEST_F(http_server_test, a_port_that_is_taken_is_named_with_the_remedy) {
  const auto second = http_server::listen({"127.0.0.1", port()}, {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr(address()));
  EXPECT_THAT(second.error().message, HasSubstr("already in use"));
  EXPECT_THAT(second.error().message, HasSubstr("choose another"));
}

TEST_F(http_server_test, an_address_that_cannot_be_had_is_named) {
  // 192.0.2.0/24 is no machine's.
  const auto foreign = http_server::listen({"192.0.2.1", 0}, {});
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().message, HasSubstr("192.0.2.1:0"));
}

TEST_F(http_server_test, only_the_address_that_was_told_is_listened_on) {
  EXPECT_THAT(address(), StartsWith("127.0.0.1:"));
  // Another loopback address is another address.
  EXPECT_TRUE(http_server::listen({"127.0.0.2", port()}, {}));
}

TEST_F(http_server_test, a_port_is_free_again_behind_the_server) {
  const std::uint16_t taken = port();
  server_.reset();
  EXPECT_TRUE(http_server::listen({"127.0.0.1", taken}, {}));
}

}  // namespace
}  // namespace tokensieve
