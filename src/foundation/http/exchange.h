#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/error.h"
#include "http/message.h"

namespace lepton::http {

class Connection;
class Reactor;

/// One request and its answer, as shared by the connection's network thread and the threads that handle it: the bounded
/// queues of both streamed bodies. Lives as long as either side needs it; after close() every blocked call throws
/// Error{cancelled}.
class Exchange : public BodySource, public BodySink, public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(std::weak_ptr<Connection> connection, std::shared_ptr<Reactor> reactor, std::size_t limit);

  // Handler's side.
  [[nodiscard]] std::string read() override;
  void write(std::string_view bytes) override;
  void answer(Response response);
  /// The handler gave up its duty to answer.
  void abandon();
  void end_stream(bool whole);
  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }

  // Connection's side.
  /// How many bytes wait for the handler.
  std::size_t deliver(std::string bytes);
  void end_body();
  void fail_body(Error error);
  /// Frames what the handler writes from now on as chunks.
  void use_chunks() { chunked_ = true; }
  /// What the handler has written since; empty: nothing, and the next write will post.
  [[nodiscard]] std::string take();
  /// Nobody may be waiting for the answer any more.
  void ask_to_stop() { stop_.request_stop(); }
  void close();

 private:
  template <class Action>
  void on_connection(Action action);

  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Reactor> reactor_;
  std::size_t limit_;
  std::stop_source stop_;
  bool chunked_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> incoming_;
  std::size_t incoming_bytes_ = 0;
  bool reading_ = false;
  bool body_ended_ = false;
  std::optional<Error> body_error_;
  std::string outgoing_;
  bool flush_posted_ = false;
  bool closed_ = false;
};

/// The Responder of an AsyncHandler.
class ExchangeResponder : public Responder {
 public:
  explicit ExchangeResponder(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~ExchangeResponder() override {
    if (exchange_) exchange_->abandon();
  }
  void respond(Response response) override {
    if (auto const exchange = std::exchange(exchange_, nullptr)) exchange->answer(std::move(response));
  }

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace lepton::http
