#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/asio.h"
#include "http/client.h"
#include "http/target.h"

namespace lepton::http {

/// A connected byte stream, plain or TLS, whose blocking calls end by a timeout or a stop. For one thread at a time;
/// unusable after a call has thrown.
class ClientConnection {
 public:
  /// Connects. `tls` is given for https and outlives the connection. Throws Error{unavailable}.
  ClientConnection(Origin const& origin, asio::ssl::context* tls, ClientOptions const& options);
  ~ClientConnection();

  /// At least one byte, or none at the end of the stream.
  [[nodiscard]] std::size_t read(char* into, std::size_t size, std::chrono::milliseconds timeout);
  /// False when the server has closed or reset the connection; what it answered before may still be read.
  [[nodiscard]] bool write(std::string_view bytes, std::chrono::milliseconds timeout);
  /// Whether something can be read, waiting up to `timeout`.
  [[nodiscard]] bool readable(std::chrono::milliseconds timeout);

 private:
  void connect(Origin const& origin, std::chrono::milliseconds timeout);
  void handshake(Origin const& origin, asio::ssl::context& tls, std::chrono::milliseconds timeout);
  /// Runs the one operation under way to its end; throws when that takes longer than `timeout`, or till the deadline.
  void run(std::chrono::milliseconds timeout, std::string_view what, std::string_view reason = "timeout");
  [[nodiscard]] Error broken(SystemError const& error) const;

  std::string authority_;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_;
  asio::io_context context_{1};
  Tcp::socket socket_{context_};
  std::optional<asio::ssl::stream<Tcp::socket&>> stream_;
};

}  // namespace lepton::http
