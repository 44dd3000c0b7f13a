#include "http/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"

namespace lepton::http {

namespace {

constexpr std::size_t small_body = 64 << 10;

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_field_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

Connection::Connection(std::shared_ptr<ServerContext> server, std::shared_ptr<Reactor> reactor, std::string peer,
                       bool tls)
    : server_(std::move(server)), reactor_(std::move(reactor)), peer_(std::move(peer)), tls_(tls) {
  server_->connections.fetch_add(1);
  server_->open_connections.add(1);
}

Connection::~Connection() {
  server_->open_connections.add(-1);
  server_->connections.fetch_sub(1);
}

void Connection::run() {
  if (phase_ == Phase::closed) return;
  parser_.emplace();
  process();
}

void Connection::abort() {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  read_deadline_ = write_deadline_ = Time::max();
  if (exchange_) finish_request();
  close_transport();
  reactor_->forget(this);
}

void Connection::close_when_idle() {
  if (phase_ == Phase::header && (!parser_ || (begin_ == end_ && !parser_->got_some()))) abort();
}

void Connection::expire(Time time) {
  if (time >= write_deadline_ || phase_ == Phase::lingering) return abort();
  if (exchange_) {  // a streamed body that came too slowly: its handler answers
    read_deadline_ = Time::max();
    body_failed_ = true;
    return exchange_->fail_body(exhausted("the request's body came too slowly").with_reason("body_timeout"));
  }
  bool const asked = phase_ == Phase::body || (parser_ && header_bytes_ + (end_ - begin_) > 0);
  if (!asked) return abort();
  refuse(408, "the request came too slowly");
}

void Connection::finish_request() {
  server_->in_flight.add(-1);
  if (answered_) server_->seconds.observe(std::chrono::duration<double>(now() - request_started_).count());
  // Closed even after a good answer: a handler that still reads the body learns that nobody will send it.
  auto const exchange = std::exchange(exchange_, nullptr);
  exchange->close();
}

void Connection::refuse(int status, std::string_view message, Headers headers) {
  auto response = server_->error_response(status, message, target_.path);
  for (auto const& [name, value] : headers) response.headers.set(name, value);
  bool const harmless = (status == 404 || status == 405) && parser_->is_done();
  keep_alive_ = harmless && parser_->keep_alive() && !server_->draining;
  body_failed_ = true;
  phase_ = Phase::answering;
  read_deadline_ = Time::max();
  send_head(response);
  write_more();
}

void Connection::on_response(From const& from, Response response) {
  if (from != exchange_ || answered_ || phase_ == Phase::closed) return;
  answered_ = true;
  bool const valid = response.status >= 200 && response.status <= 599 &&
                     std::all_of(response.headers.begin(), response.headers.end(), [](auto const& field) {
                       return is_token(field.first) && is_field_value(field.second);
                     });
  if (!valid) {
    server_->log.error("handler answered with what is no HTTP response", {{"route", match_.route->path}});
    response = server_->error_response(500, "the server made a mistake", target_.path);
  }
  keep_alive_ = parser_->keep_alive() && parser_->is_done() && !server_->draining;
  if (auto const asked = response.headers.find("Connection"); asked && same_word(*asked, "close")) keep_alive_ = false;
  send_head(response);
  write_more();
}

void Connection::on_abandoned(From const& from) {
  on_response(from, server_->error_response(500, "the server made a mistake", target_.path));
}

void Connection::send_head(Response& response) {
  // Counted before the client can have it, so that whoever has an answer finds it in the numbers.
  server_->responses[std::clamp(response.status / 100, 1, 5) - 1]->add();
  bool const is_head = parser_->method == "HEAD";
  bool const old = parser_->version < 11;
  bool const no_body = has_no_body(response.status);
  streaming_ = response.stream && exchange_ && !is_head && !no_body;
  declared_length_.reset();
  auto const length = response.headers.find("Content-Length");
  if (streaming_ && length) {
    std::uint64_t bytes = 0;
    std::from_chars(length->data(), length->data() + length->size(), bytes);
    declared_length_ = bytes;
  }
  bool const chunked = streaming_ && !length && !old;
  if (streaming_ && !length && old) keep_alive_ = false;  // the end of the connection is the end of the body
  stream_ended_ = stream_whole_ = false;
  last_chunk_due_ = chunked;
  if (chunked) exchange_->use_chunks();

  bool const keep_length = declared_length_ || (is_head && response.body.empty() && length);
  auto out = std::back_inserter(head_);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_phrase(response.status),
                 reactor_->date());
  for (auto const& [name, value] : response.headers) {
    if (same_word(name, "Connection") || same_word(name, "Date") || same_word(name, "Transfer-Encoding")) continue;
    if (same_word(name, "Content-Length") && !keep_length) continue;
    head_.append(name).append(": ").append(value).append("\r\n");
  }
  if (chunked)
    head_ += "Transfer-Encoding: chunked\r\n";
  else if (!streaming_ && !no_body && !keep_length && !(is_head && response.stream))
    fmt::format_to(out, "Content-Length: {}\r\n", response.body.size());
  if (!keep_alive_)
    head_ += "Connection: close\r\n";
  else if (old)
    head_ += "Connection: keep-alive\r\n";
  head_ += "\r\n";
  if (!streaming_ && !is_head && !no_body) {
    if (response.body.size() <= small_body)
      head_ += response.body;
    else
      body_ = std::move(response.body);
  }
  if (!streaming_) return;
  bool const posted = server_->pool.try_post(
      [exchange = exchange_, stream = std::move(response.stream), &log = server_->log, path = match_.route->path] {
        try {
          stream(*exchange);
          exchange->end_stream(true);
        } catch (std::exception const& e) {
          auto const* error = dynamic_cast<Error const*>(&e);
          if (error == nullptr || error->code() != Code::cancelled)
            log.error("streamed answer broke off", {{"route", path}, {"error", e.what()}});
          exchange->end_stream(false);
        }
      });
  if (!posted) stream_ended_ = true;  // not whole: the connection ends without the last chunk
}

void Connection::on_stream_data(From const& from) {
  if (from == exchange_) write_more();
}

void Connection::on_stream_end(From const& from, bool whole) {
  if (from != exchange_) return;
  stream_ended_ = true;
  stream_whole_ = whole;
  write_more();
}

void Connection::write_more() {
  if (writing_ || phase_ == Phase::closed || phase_ == Phase::lingering) return;
  if (head_.empty() && body_.empty() && streaming_) {
    body_ = exchange_->take();
    if (declared_length_) {
      if (body_.size() > *declared_length_) return abort();
      *declared_length_ -= body_.size();
    }
    if (body_.empty() && stream_ended_) {
      if (!stream_whole_ || declared_length_.value_or(0) > 0) return abort();
      if (std::exchange(last_chunk_due_, false)) body_ = "0\r\n\r\n";
      streaming_ = false;
    }
  }
  if (head_.empty() && body_.empty()) {
    if (!streaming_) answer_done();
    return;
  }
  write_buffers({asio::buffer(head_), asio::buffer(body_)});
}

void Connection::write_buffers(Buffers buffers) {
  writing_ = true;
  writing_buffers_ = buffers;
  write_deadline_ = now() + server_->options.write_timeout;
  start_write(writing_buffers_);
}

void Connection::send_continue() {
  static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  writing_interim_ = true;
  write_buffers({asio::buffer(line), {}});
}

void Connection::on_written(SystemError error, std::size_t size) {
  writing_ = false;
  write_deadline_ = Time::max();
  if (phase_ == Phase::closed) return;
  if (error) return abort();
  for (auto& buffer : writing_buffers_) {
    auto const part = std::min(size, buffer.size());
    buffer += part;
    size -= part;
  }
  if (writing_buffers_[0].size() + writing_buffers_[1].size() > 0) return write_buffers(writing_buffers_);
  if (std::exchange(writing_interim_, false)) {
    if (!head_.empty()) write_more();
    return;
  }
  head_.clear();
  body_.clear();
  if (body_.capacity() > small_body) body_.shrink_to_fit();
  write_more();
}

void Connection::answer_done() {
  if (exchange_) finish_request();
  answered_ = false;
  if (!keep_alive_) return begin_linger();
  parser_.emplace();
  match_ = {};
  target_ = {};
  header_bytes_ = 0;
  body_bytes_ = 0;
  body_waited_ = {};
  body_failed_ = body_paused_ = continue_pending_ = false;
  phase_ = Phase::header;
  process();
}

// Closing while the client still sends would reset the connection and lose the answer on its way (RFC 9112 §9.6).
void Connection::begin_linger() {
  phase_ = Phase::lingering;
  body_paused_ = false;
  read_deadline_ = now() + server_->options.linger;
  begin_ = end_ = 0;
  if (peer_done_) return abort();
  shut_down();
  if (phase_ == Phase::lingering) want_read();
}

}  // namespace lepton::http
