#include "http/transport.h"

namespace lepton::http {

void PlainConnection::start_read(asio::mutable_buffer buffer) {
  socket_.async_read_some(buffer, [self = self()](SystemError error, std::size_t size) { self->on_read(error, size); });
}

void PlainConnection::start_write(Buffers buffers) {
  socket_.async_write_some(buffers,
                           [self = self()](SystemError error, std::size_t size) { self->on_written(error, size); });
}

void PlainConnection::shut_down() {
  SystemError ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
}

void PlainConnection::close_transport() {
  SystemError ignored;
  socket_.close(ignored);
}

void TlsConnection::start() {
  set_handshake_deadline();
  stream_.async_handshake(asio::ssl::stream_base::server, [self = self()](SystemError error) {
    if (error) return self->abort();
    self->run();
  });
}

void TlsConnection::start_read(asio::mutable_buffer buffer) {
  stream_.async_read_some(buffer, [self = self()](SystemError error, std::size_t size) { self->on_read(error, size); });
}

void TlsConnection::start_write(Buffers buffers) {
  stream_.async_write_some(buffers,
                           [self = self()](SystemError error, std::size_t size) { self->on_written(error, size); });
}

void TlsConnection::shut_down() {
  stream_.async_shutdown([self = self()](SystemError) { self->abort(); });
}

void TlsConnection::close_transport() {
  SystemError ignored;
  stream_.lowest_layer().close(ignored);
}

}  // namespace lepton::http
