#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "http/asio.h"
#include "http/exchange.h"
#include "http/parser.h"
#include "http/reactor.h"
#include "http/target.h"

namespace lepton::http {

/// One accepted connection: reads requests one after another, hands each to its route, writes the answers in order
/// (RFC 9112 §9.3). Lives on its reactor's thread alone; what other threads share of a request is its Exchange. The
/// bytes travel through a Transport subclass, plain or TLS.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Connection(std::shared_ptr<ServerContext> server, std::shared_ptr<Reactor> reactor, std::string peer, bool tls);
  virtual ~Connection();

  virtual void start() = 0;
  void abort();
  /// Closes now when nothing is being asked, else after the running answer.
  void close_when_idle();
  [[nodiscard]] bool late(Time now) const { return now >= read_deadline_ || now >= write_deadline_; }
  void expire(Time now);

  // Posted by the exchange; an exchange that is no longer the current one is ignored.
  using From = std::shared_ptr<Exchange>;
  void on_response(From const& from, Response response);
  void on_abandoned(From const& from);
  void on_stream_data(From const& from);
  void on_stream_end(From const& from, bool whole);
  void on_body_wanted(From const& from);
  void on_body_room(From const& from);

 protected:
  using Buffers = std::array<asio::const_buffer, 2>;
  virtual void start_read(asio::mutable_buffer buffer) = 0;
  virtual void start_write(Buffers buffers) = 0;
  /// Tells the peer that nothing follows; reading goes on.
  virtual void shut_down() = 0;
  virtual void close_transport() = 0;

  /// Begins to wait for requests: the transport is ready.
  void run();
  void on_read(SystemError error, std::size_t size);
  void on_written(SystemError error, std::size_t size);
  void set_handshake_deadline() { read_deadline_ = now() + server_->options.header_timeout; }

 private:
  enum class Phase { header, body, answering, lingering, closed };

  [[nodiscard]] static Time now() { return std::chrono::steady_clock::now(); }
  [[nodiscard]] std::string_view unread() const { return {buffer_.data() + begin_, end_ - begin_}; }

  // Reading (connection_read.cpp)
  void process();
  bool read_header();
  void begin_request();
  void plan_body();
  void read_body();
  void take_body();
  void want_read();
  void set_read_deadline();
  void dispatch();
  void run_handler(Request request);
  [[nodiscard]] Request take_request();

  // Writing (connection.cpp)
  void refuse(int status, std::string_view message, Headers headers = {});
  void send_head(Response& response);
  void write_more();
  void write_buffers(Buffers buffers);
  void send_continue();
  void answer_done();
  void begin_linger();
  void finish_request();

  std::shared_ptr<ServerContext> server_;
  std::shared_ptr<Reactor> reactor_;
  std::string peer_;
  bool tls_;
  Phase phase_ = Phase::header;

  std::string buffer_;  ///< unread bytes are [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool reading_ = false;
  bool peer_done_ = false;
  Time read_started_{};
  Time read_deadline_ = Time::max();
  Time write_deadline_ = Time::max();

  // The request at hand.
  std::optional<Parser<true>> parser_;
  std::size_t header_bytes_ = 0;
  Time header_deadline_ = Time::max();
  Target target_;
  Router::Match match_;
  std::uint64_t body_bytes_ = 0;
  std::chrono::steady_clock::duration body_waited_{};
  bool body_failed_ = false;
  bool body_paused_ = false;
  bool continue_pending_ = false;
  Time request_started_{};
  std::shared_ptr<Exchange> exchange_;

  // The answer at hand.
  bool answered_ = false;
  bool keep_alive_ = false;
  bool streaming_ = false;
  bool stream_ended_ = false;
  bool stream_whole_ = false;
  bool last_chunk_due_ = false;
  std::optional<std::uint64_t> declared_length_;
  std::string head_;
  std::string body_;
  Buffers writing_buffers_{};
  bool writing_ = false;
  bool writing_interim_ = false;
};

}  // namespace lepton::http
