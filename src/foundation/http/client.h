#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "http/message.h"

namespace lepton::http {

struct ClientOptions {
  std::string base_url;           ///< "https://host:port/prefix"; the port of the scheme when absent
  std::filesystem::path ca_file;  ///< PEM authorities for https; empty: the system's
  Headers headers;                ///< sent with every request, before its own: Authorization
  std::chrono::milliseconds connect_timeout{10'000};  ///< name look-up, connection and TLS handshake
  std::chrono::milliseconds idle_timeout{60'000};     ///< longest silence of the server, and while sending
  std::stop_token stop;                               ///< cuts a running request: Error{cancelled}
  /// Nothing is waited for beyond it, however often a slow server sends a byte: Error{unavailable, "timeout"}. Looking
  /// up a name is not cut.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::uint64_t max_body_bytes = std::numeric_limits<std::uint64_t>::max();  ///< of one that is collected
};

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path and query, encoded
  Headers headers;
  std::string body;
  /// Instead of `body`: the next piece of an upload, empty at the end. Sent chunked unless `upload_bytes` says how
  /// many. A server that answers before it has everything is heard, and the rest is not sent.
  std::function<std::string()> upload;
  std::optional<std::uint64_t> upload_bytes;
  std::optional<std::chrono::milliseconds> idle_timeout;  ///< instead of the client's
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
  /// Of the body, when the server said so.
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;
};

/// One event of a text/event-stream (HTML, "Server-sent events").
struct Event {
  std::string type = "message";
  std::string data;
  std::string id;
};

/// Sends requests to one server over one kept connection. A value of its user, for one thread at a time. Throws
/// Error{unavailable} when the server cannot be reached ("unreachable"), breaks off, keeps silent ("timeout") or says
/// too much, {invalid} for a URL that is none; an HTTP status is an answer, never an exception. After a failure the
/// next request connects anew. A request is repeated only when the kept connection turned out closed before anything of
/// it was answered, and its method is idempotent.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  [[nodiscard]] ClientResponse send(ClientRequest const& request);

  /// Gives the body of a 2xx answer to `on_piece` as it arrives (the response it is given has no body yet); that of any
  /// other is collected in the result. What `on_piece` throws ends the request and is thrown on.
  using OnPiece = std::function<void(ClientResponse const& head, std::string_view piece)>;
  ClientResponse send(ClientRequest const& request, OnPiece const& on_piece);

  /// Line by line, without the line end; the last one also when it has none. `on_line` returns false to stop.
  ClientResponse send_lines(ClientRequest const& request, std::function<bool(std::string_view)> const& on_line);
  /// `on_event` returns false to stop.
  ClientResponse send_events(ClientRequest const& request, std::function<bool(Event const&)> const& on_event);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lepton::http
