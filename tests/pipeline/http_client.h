#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tokensieve {

/// A TCP connection to this machine, for what no HTTP library would send.
class http_client {
 public:
  /// `address` is `127.0.0.1:PORT`.
  explicit http_client(std::string_view address)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(
        std::stoi(std::string(address.substr(address.rfind(':') + 1)))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) !=
        0) {
      ::close(socket_);
      throw std::runtime_error("cannot connect");
    }
  }
  ~http_client() { ::close(socket_); }
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// False once the server has closed.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent =
          ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// All that comes until the server closes.
  [[nodiscard]] std::string read() const {
    std::string all;
    char some[4096];
    for (ssize_t got = 0; (got = ::recv(socket_, some, sizeof some, 0)) > 0;)
      all.append(some, static_cast<std::size_t>(got));
    return all;
  }

 private:
  int socket_;
};

struct http_answer {
  int status = 0;
  std::string head;
  std::string body;
};

inline http_answer ask(std::string_view address, std::string_view request) {
  const http_client client(address);
  client.send(request);
  const std::string all = client.read();
  http_answer answer;
  const auto end = all.find("\r\n\r\n");
  if (all.size() > 12 && end != std::string::npos) {
    answer.status = std::stoi(all.substr(9, 3));
    answer.head = all.substr(0, end);
    answer.body = all.substr(end + 4);
  }
  return answer;
}

inline http_answer get(std::string_view address, const std::string& path) {
  return ask(address, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

/// A port that nobody uses just now.
inline std::uint16_t free_port() {
  const int one = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ::bind(one, reinterpret_cast<const sockaddr*>(&at), size);
  ::getsockname(one, reinterpret_cast<sockaddr*>(&at), &size);
  ::close(one);
  return ntohs(at.sin_port);
}

}  // namespace tokensieve
