#pragma once

#include "http/connection.h"

namespace lepton::http {

class PlainConnection final : public Connection {
 public:
  PlainConnection(Tcp::socket socket, std::shared_ptr<ServerContext> server, std::shared_ptr<Reactor> reactor,
                  std::string peer)
      : Connection(std::move(server), std::move(reactor), std::move(peer), false), socket_(std::move(socket)) {}

  void start() override { run(); }

 private:
  void start_read(asio::mutable_buffer buffer) override;
  void start_write(Buffers buffers) override;
  void shut_down() override;
  void close_transport() override;

  [[nodiscard]] std::shared_ptr<PlainConnection> self() {
    return std::static_pointer_cast<PlainConnection>(shared_from_this());
  }

  Tcp::socket socket_;
};

class TlsConnection final : public Connection {
 public:
  TlsConnection(Tcp::socket socket, asio::ssl::context& tls, std::shared_ptr<ServerContext> server,
                std::shared_ptr<Reactor> reactor, std::string peer)
      : Connection(std::move(server), std::move(reactor), std::move(peer), true), stream_(std::move(socket), tls) {}

  void start() override;

 private:
  void start_read(asio::mutable_buffer buffer) override;
  void start_write(Buffers buffers) override;
  void shut_down() override;
  void close_transport() override;

  [[nodiscard]] std::shared_ptr<TlsConnection> self() {
    return std::static_pointer_cast<TlsConnection>(shared_from_this());
  }

  asio::ssl::stream<Tcp::socket> stream_;
};

}  // namespace lepton::http
