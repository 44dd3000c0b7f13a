#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"
#include "http/client.h"
#include "http/server.h"

namespace lepton::http {

/// A server on a port of its own, with what it stands on.
class TestServer {
 public:
  explicit TestServer(Router router, ServerOptions options = {})
      : server_(std::make_unique<Server>(std::move(options), std::move(router), pool_, log_, metrics)) {}

  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] Client client() { return Client({.base_url = server_->url()}); }
  void stop() { server_.reset(); }

  Metrics metrics;

 private:
  Log log_{LogLevel::error};
  ThreadPool pool_{"test", 4, 64, log_};
  std::unique_ptr<Server> server_;
};

/// A bare socket, for what no decent client sends.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval const patience{20, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  [[nodiscard]] bool connected() const { return connected_; }

  /// False when the server has reset the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_sending() { shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }

  /// What arrives until `end` has been seen, or the server closes.
  std::string read_until(std::string_view end) {
    while (end.empty() || received_.find(end) == std::string::npos)
      if (!read_some()) break;
    auto const size = end.empty() ? received_.size() : received_.find(end);
    if (size == std::string::npos) return std::exchange(received_, {});
    auto result = received_.substr(0, size + end.size());
    received_.erase(0, result.size());
    return result;
  }
  std::string read_all() { return read_until(""); }

 private:
  bool read_some() {
    char piece[4096];
    auto const got = recv(socket_.get(), piece, sizeof piece, 0);
    if (got <= 0) return false;
    received_.append(piece, static_cast<std::size_t>(got));
    return true;
  }

  FileDescriptor socket_;
  bool connected_ = false;
  std::string received_;
};

inline Response text(std::string body, int status = 200) {
  return {status, {{"Content-Type", "text/plain"}}, std::move(body), {}};
}

}  // namespace lepton::http
