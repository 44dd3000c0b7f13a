#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/router.h"

namespace lepton {
class Log;
class Metrics;
class ThreadPool;
}  // namespace lepton

namespace lepton::http {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, the server's own first, then its chain
  std::filesystem::path key;          ///< PEM, without a passphrase
};

/// What the server itself answers (400, 404, 405, 408, 413, 417, 431, 500, 503), for the path asked. `message` is a
/// sentence for people.
using ErrorPage = std::function<Response(int status, std::string_view message, std::string_view path)>;

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one
  std::optional<TlsFiles> tls;
  bool insecure = false;            ///< allows other addresses than loopback without TLS
  std::size_t network_threads = 0;  ///< 0: one per two cores
  std::size_t max_connections = 10'000;
  std::size_t max_header_bytes = 32 << 10;
  std::size_t stream_buffer_bytes = 256 << 10;  ///< held for one body in each direction
  std::chrono::milliseconds idle_timeout{75'000};
  std::chrono::milliseconds header_timeout{15'000};  ///< for the whole header and for the TLS handshake
  std::chrono::milliseconds body_timeout{20'000};    ///< for waiting on a body, plus its bytes at min_body_rate
  std::uint64_t min_body_rate = 1024;                ///< bytes per second
  std::chrono::milliseconds write_timeout{30'000};   ///< without any progress
  std::chrono::milliseconds linger{1'000};           ///< how long a closing connection waits for the client to close
  std::chrono::milliseconds longest_call{0};         ///< Request::longest_call
  ErrorPage error_page;                              ///< empty: RFC 9457 problem documents
};

/// An HTTP/1.1 server (RFC 9112), accepting from construction on. Owned by the composition root; `pool`, `log` and
/// `metrics` outlive it, and so must what the handlers use, because tasks that the pool has accepted still run to their
/// end after the server is gone. Construction throws Error{invalid} for an address other than loopback without TLS
/// or `insecure`, {unavailable} when it cannot listen. Any thread may call.
class Server {
 public:
  Server(ServerOptions options, Router router, ThreadPool& pool, Log const& log, Metrics& metrics);
  /// Stops at once.
  ~Server();
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// "http://127.0.0.1:8080"
  [[nodiscard]] std::string url() const;

  /// Stops accepting, closes idle connections, lets running requests finish for `patience`, then closes the rest and
  /// asks their handlers to stop. True when none had to be cut.
  bool drain(std::chrono::milliseconds patience);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lepton::http
