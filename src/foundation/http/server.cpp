#include "http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"
#include "http/tls.h"
#include "http/transport.h"

namespace lepton::http {

namespace {

asio::ip::address parse_address(ServerOptions const& options) {
  SystemError error;
  auto const address = asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, error);
  if (error) throw invalid(fmt::format("'{}' is not an IP address to listen on", options.address));
  if (!address.is_loopback() && !options.tls && !options.insecure) {
    throw invalid(
        fmt::format("refusing to listen on {} without TLS: give --tls-cert and --tls-key, or --insecure where "
                    "the network is trusted",
                    options.address));
  }
  return address;
}

// Often enough that the shortest timeout is kept to a quarter of itself.
std::chrono::milliseconds tick_for(ServerOptions const& options) {
  auto const shortest = std::min(
      {options.idle_timeout, options.header_timeout, options.body_timeout, options.write_timeout, options.linger});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Router router, ThreadPool& pool, Log const& log, Metrics& metrics)
      : address_(parse_address(options)),
        context_(std::make_shared<ServerContext>(std::move(options), std::move(router), pool, log, metrics)) {
    auto const& settings = context_->options;
    if (settings.tls) tls_.emplace(make_server_tls(*settings.tls));
    auto const threads =
        settings.network_threads > 0 ? settings.network_threads : std::max(1U, std::thread::hardware_concurrency() / 2);
    for (std::size_t i = 0; i < threads; ++i) reactors_.push_back(std::make_shared<Reactor>(tick_for(settings)));
    acceptor_ = std::make_unique<Tcp::acceptor>(reactors_[0]->context());
    retry_ = std::make_unique<asio::steady_timer>(reactors_[0]->context());
    listen(settings.port);
    accept();
    for (auto const& reactor : reactors_) reactor->start();
  }

  ~Impl() {
    context_->draining = true;
    stop_accepting();
    for (auto const& reactor : reactors_) reactor->stop();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::string url() const {
    auto const host = address_.is_v6() ? fmt::format("[{}]", address_.to_string()) : address_.to_string();
    return fmt::format("{}://{}:{}", tls_ ? "https" : "http", host, port_);
  }

  bool drain(std::chrono::milliseconds patience) {
    auto const deadline = std::chrono::steady_clock::now() + patience;
    context_->draining = true;
    stop_accepting();
    for (auto const& reactor : reactors_) reactor->post([reactor = reactor.get()] { reactor->close_idle(); });
    while (context_->connections > 0 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    bool const all_done = context_->in_flight.value() == 0;
    for (auto const& reactor : reactors_) reactor->post([reactor = reactor.get()] { reactor->close_all(); });
    return all_done;
  }

 private:
  void listen(std::uint16_t port) {
    SystemError error;
    Tcp::endpoint const endpoint(address_, port);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
    if (error)
      throw unavailable(fmt::format("cannot listen on {}:{}: {}", address_.to_string(), port, error.message()));
    port_ = acceptor_->local_endpoint().port();
  }

  void accept() {
    auto const reactor = reactors_[next_++ % reactors_.size()];
    acceptor_->async_accept(reactor->context(), [this, reactor](SystemError error, Tcp::socket socket) {
      if (error == asio::error::operation_aborted || context_->draining) return;
      if (error) return pause();
      adopt(std::move(socket), reactor);
      if (context_->connections >= context_->options.max_connections) return pause();
      accept();
    });
  }

  // Out of descriptors, or as many connections as allowed: others wait in the kernel's queue.
  void pause() {
    retry_->expires_after(std::chrono::milliseconds(20));
    retry_->async_wait([this](SystemError error) {
      if (error || context_->draining) return;
      if (context_->connections >= context_->options.max_connections) return pause();
      accept();
    });
  }

  void adopt(Tcp::socket socket, std::shared_ptr<Reactor> const& reactor) {
    SystemError error;
    auto const peer = socket.remote_endpoint(error);
    if (error) return;
    socket.set_option(Tcp::no_delay(true), error);
    std::shared_ptr<Connection> connection;
    if (tls_)
      connection =
          std::make_shared<TlsConnection>(std::move(socket), *tls_, context_, reactor, peer.address().to_string());
    else
      connection = std::make_shared<PlainConnection>(std::move(socket), context_, reactor, peer.address().to_string());
    reactor->post([reactor, connection] { reactor->adopt(connection); });
  }

  void stop_accepting() {
    reactors_[0]->post([this] {
      SystemError ignored;
      acceptor_->close(ignored);
      retry_->cancel();
    });
  }

  asio::ip::address address_;
  std::shared_ptr<ServerContext> context_;
  std::optional<asio::ssl::context> tls_;
  std::vector<std::shared_ptr<Reactor>> reactors_;
  std::unique_ptr<Tcp::acceptor> acceptor_;
  std::unique_ptr<asio::steady_timer> retry_;
  std::size_t next_ = 0;
  std::uint16_t port_ = 0;
};

Server::Server(ServerOptions options, Router router, ThreadPool& pool, Log const& log, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(router), pool, log, metrics)) {}

Server::~Server() = default;

std::uint16_t Server::port() const {
  return impl_->port();
}

std::string Server::url() const {
  return impl_->url();
}

bool Server::drain(std::chrono::milliseconds patience) {
  return impl_->drain(patience);
}

}  // namespace lepton::http
