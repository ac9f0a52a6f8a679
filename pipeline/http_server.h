#pragma once

#include "pipeline/config_values.h"
#include "pipeline/error.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace tokensieve {

struct http_response {
  int status = 200;
  std::string body;
  std::string_view content_type = "text/plain; charset=utf-8";
};

/// Called by any of the server's threads, by several at once.
using http_handler = std::function<http_response()>;
using http_handlers = std::map<std::string, http_handler, std::less<>>;

/// Serves fixed paths to GET and HEAD, and nothing else: no files, no bodies,
/// no parameters. A few threads, so a client has little time to ask and to
/// read.
class http_server {
 public:
  /// Listens from here on. The error names the address and the remedy.
  [[nodiscard]] static result<std::unique_ptr<http_server>> listen(
      const listen_address& address, http_handlers handlers);

  /// Waits for the answers that are under way.
  ~http_server();
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;

  /// `127.0.0.1:9464`, with the port that was taken where 0 was asked for.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

 private:
  class implementation;
  explicit http_server(std::unique_ptr<implementation> started,
                       std::string address);

  std::unique_ptr<implementation> implementation_;
  std::string address_;
};

}  // namespace tokensieve
