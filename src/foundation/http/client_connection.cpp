#include "http/client_connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "base/error.h"
#include "base/time.h"

namespace lepton::http {

namespace {

constexpr char kUnreachable[] = "unreachable";

}  // namespace

ClientConnection::ClientConnection(Origin const& origin, asio::ssl::context* tls, ClientOptions const& options)
    : authority_(origin.authority()), stop_(options.stop), deadline_(options.deadline) {
  connect(origin, options.connect_timeout);
  SystemError ignored;
  socket_.set_option(Tcp::no_delay(true), ignored);
  if (tls != nullptr) handshake(origin, *tls, options.connect_timeout);
}

ClientConnection::~ClientConnection() {
  SystemError ignored;
  socket_.close(ignored);
}

void ClientConnection::run(std::chrono::milliseconds timeout, std::string_view what, std::string_view reason) {
  if (auto const now = std::chrono::steady_clock::now(); deadline_ < now + timeout)
    timeout = std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline_ - now), std::chrono::milliseconds(0));
  context_.restart();
  std::stop_callback const on_stop(stop_, [this] { context_.stop(); });
  if (!stop_.stop_requested()) context_.run_for(timeout);
  bool const finished = context_.stopped() && !stop_.stop_requested();
  if (finished) return;
  SystemError ignored;
  socket_.close(ignored);
  context_.restart();
  context_.run();  // the operation's handler refers to its caller's variables
  if (stop_.stop_requested()) throw cancelled("the request was stopped");
  throw unavailable(fmt::format("{} {} within {}", authority_, what, to_string(Duration(timeout))))
      .with_reason(std::string(reason));
}

Error ClientConnection::broken(SystemError const& error) const {
  return unavailable(fmt::format("the connection to {} broke: {}", authority_, error.message()));
}

void ClientConnection::connect(Origin const& origin, std::chrono::milliseconds timeout) {
  // Name look-up blocks its thread, so it is done only for what is no address; its own timeout is the resolver's.
  SystemError error;
  Tcp::resolver resolver(context_);
  auto const endpoints = resolver.resolve(origin.host, origin.port, Tcp::resolver::numeric_service, error);
  if (error)
    throw unavailable(fmt::format("cannot find {}: {}", authority_, error.message())).with_reason(kUnreachable);
  for (auto const& entry : endpoints) {
    SystemError ignored;
    socket_.close(ignored);
    socket_.async_connect(entry.endpoint(), [&](SystemError result) { error = result; });
    run(timeout, "did not accept the connection", kUnreachable);
    if (!error) return;
  }
  throw unavailable(fmt::format("cannot reach {}: {}", authority_, error.message())).with_reason(kUnreachable);
}

void ClientConnection::handshake(Origin const& origin, asio::ssl::context& tls, std::chrono::milliseconds timeout) {
  stream_.emplace(socket_, tls);
  SSL_set_tlsext_host_name(stream_->native_handle(), origin.host.c_str());
  stream_->set_verify_callback(asio::ssl::host_name_verification(origin.host));
  SystemError error;
  stream_->async_handshake(asio::ssl::stream_base::client, [&](SystemError result) { error = result; });
  run(timeout, "did not finish the TLS handshake", kUnreachable);
  if (!error) return;
  auto const verdict = SSL_get_verify_result(stream_->native_handle());
  if (verdict != X509_V_OK) {
    throw unavailable(fmt::format("{} is not trusted: {}", authority_, X509_verify_cert_error_string(verdict)))
        .with_reason("untrusted");
  }
  throw unavailable(fmt::format("TLS with {} failed: {}", authority_, error.message()));
}

std::size_t ClientConnection::read(char* into, std::size_t size, std::chrono::milliseconds timeout) {
  SystemError error;
  std::size_t got = 0;
  auto const done = [&](SystemError result, std::size_t bytes) {
    error = result;
    got = bytes;
  };
  if (stream_)
    stream_->async_read_some(asio::buffer(into, size), done);
  else
    socket_.async_read_some(asio::buffer(into, size), done);
  run(timeout, "did not answer");
  // A TLS stream cut without close_notify is an end only where the message says its own length: the caller checks.
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) return 0;
  if (error) throw broken(error);
  return got;
}

bool ClientConnection::write(std::string_view bytes, std::chrono::milliseconds timeout) {
  SystemError error;
  // Piece by piece, so that the timeout is one of silence.
  while (!bytes.empty()) {
    std::size_t sent = 0;
    auto const done = [&](SystemError result, std::size_t size) {
      error = result;
      sent = size;
    };
    if (stream_)
      stream_->async_write_some(asio::buffer(bytes), done);
    else
      socket_.async_write_some(asio::buffer(bytes), done);
    run(timeout, "did not take the request");
    if (error == asio::error::broken_pipe || error == asio::error::connection_reset) return false;
    if (error) throw broken(error);
    bytes.remove_prefix(sent);
  }
  return true;
}

bool ClientConnection::readable(std::chrono::milliseconds timeout) {
  if (stream_ && SSL_pending(stream_->native_handle()) > 0) return true;
  pollfd descriptor{socket_.native_handle(), POLLIN, 0};
  return poll(&descriptor, 1, static_cast<int>(timeout.count())) > 0;
}

}  // namespace lepton::http
