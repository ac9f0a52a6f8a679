#include "pipeline/http_server.h"

#include <civetweb.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <exception>
#include <ranges>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

namespace tokensieve {
namespace {

using options = std::array<const char*, 17>;

/// CivetWeb's settings are text. What it could do of itself (files, scripts)
/// is never reached: every request is answered before it looks.
options options_for(const char* ports) {
  return {"listening_ports", ports,
          // Probes and one scraper; a thread serves one client at a time.
          "num_threads", "4", "connection_queue", "16",
          // A line and its headers.
          "max_request_size", "8192",
          // To send the request, and again to take the answer.
          "request_timeout_ms", "2000", "enable_keep_alive", "no",
          "enable_directory_listing", "no", "decode_url", "no", nullptr};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

std::string text_of(std::string_view host, int port) {
  return host.find(':') == std::string_view::npos
             ? fmt::format("{}:{}", host, port)
             : fmt::format("[{}]:{}", host, port);
}

}  // namespace

class http_server::implementation {
 public:
  implementation(const listen_address& address, http_handlers handlers)
      : handlers_(std::move(handlers)),
        wake_host_(address.host == "0.0.0.0" ? "127.0.0.1" : address.host) {
    mg_init_library(0);
    const bool ipv6 = address.host.find(':') != std::string::npos;
    if (ipv6 && mg_check_feature(MG_FEATURES_IPV6) == 0) {
      complaint_ = "the CivetWeb library here is built without IPv6";
      return;
    }
    const std::string ports = text_of(address.host, address.port);
    options chosen = options_for(ports.c_str());
    mg_callbacks callbacks{};
    callbacks.begin_request = on_request;
    callbacks.log_message = on_message;
    context_ = mg_start(&callbacks, this, chosen.data());
    if (context_ == nullptr) return;
    mg_server_port found{};
    mg_get_server_ports(context_, 1, &found);
    port_ = found.port;
  }
  ~implementation() {
    if (context_ != nullptr) {
      // The thread that accepts looks for the end every two seconds, or when
      // somebody comes.
      const std::jthread waking([this](const std::stop_token& stopped) {
        while (!stopped.stop_requested()) {
          std::array<char, 128> ignored{};
          mg_close_connection(mg_connect_client(
              wake_host_.c_str(), port_, 0, ignored.data(), ignored.size()));
          std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
      });
      mg_stop(context_);
    }
    mg_exit_library();
  }
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;

  [[nodiscard]] bool listens() const { return context_ != nullptr; }
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] int port() const { return port_; }

 private:
  static int on_request(mg_connection* connection) noexcept {
    const mg_request_info& asked = *mg_get_request_info(connection);
    const auto& self = *static_cast<const implementation*>(asked.user_data);
    const std::string_view method = asked.request_method;
    http_response answer;
    try {
      answer =
          self.answer(method, asked.local_uri == nullptr ? std::string_view{}
                                                         : asked.local_uri);
    } catch (const std::exception&) {
      answer = {.status = 500, .body = "out of memory\n"};
    }
    const std::string head = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
        "{}Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        answer.status, reason_phrase(answer.status), answer.content_type,
        answer.body.size(), answer.status == 405 ? "Allow: GET, HEAD\r\n" : "");
    // A client that does not wait for its answer is no error of ours.
    mg_write(connection, head.data(), head.size());
    if (method != "HEAD") {
      mg_write(connection, answer.body.data(), answer.body.size());
    }
    return answer.status;
  }

  [[nodiscard]] http_response answer(std::string_view method,
                                     std::string_view path) const {
    if (method != "GET" && method != "HEAD") {
      return {.status = 405, .body = "only GET and HEAD\n"};
    }
    const auto handler = handlers_.find(path);
    if (handler == handlers_.end()) {
      return {.status = 404,
              .body = fmt::format("there are: {}\n",
                                  fmt::join(std::views::keys(handlers_), " "))};
    }
    return handler->second();
  }

  // Kept while the server starts, in the one thread that there is then.
  // Later ones are about clients, and not for our log.
  static int on_message(const mg_connection* connection,
                        const char* message) noexcept {
    auto* self = static_cast<implementation*>(
        mg_get_user_data(mg_get_context(connection)));
    if (self != nullptr && self->context_ == nullptr) {
      // The first says why, those behind it what came of that.
      if (self->complaint_.empty()) self->complaint_ = message;
    }
    return 1;
  }

  const http_handlers handlers_;
  const std::string wake_host_;
  mg_context* context_ = nullptr;
  int port_ = 0;
  std::string complaint_;
};

http_server::http_server(std::unique_ptr<implementation> started,
                         std::string address)
    : implementation_(std::move(started)), address_(std::move(address)) {}

http_server::~http_server() = default;

result<std::unique_ptr<http_server>> http_server::listen(
    const listen_address& address, http_handlers handlers) {
  auto started = std::make_unique<implementation>(address, std::move(handlers));
  if (!started->listens()) {
    return std::unexpected(error{fmt::format(
        "http.listen: cannot listen on {}: {}; choose another address or port, "
        "or leave http.listen empty to turn it off",
        text_of(address.host, address.port), started->complaint())});
  }
  std::string name = text_of(address.host, started->port());
  return std::unique_ptr<http_server>(
      new http_server(std::move(started), std::move(name)));
}

}  // namespace tokensieve
