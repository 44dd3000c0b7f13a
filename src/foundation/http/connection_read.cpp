// How a connection reads requests; the answers are in connection.cpp.
#include <algorithm>

#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"
#include "http/connection.h"

namespace lepton::http {

namespace {

constexpr std::size_t first_buffer = 4 << 10;
constexpr std::size_t largest_buffer = 64 << 10;
constexpr std::size_t longest_chunk_header = 4 << 10;

// RFC 9112 §5.2 lets a server refuse obsolete line folding; a value over several lines is one that others read
// differently.
bool is_folded(std::string_view header) {
  return header.find("\r\n ") != std::string_view::npos || header.find("\r\n\t") != std::string_view::npos;
}

}  // namespace

void Connection::on_read(SystemError error, std::size_t size) {
  reading_ = false;
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::lingering) {
    begin_ = end_ = 0;
    return error ? abort() : want_read();
  }
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
    peer_done_ = true;
    // A client that half-closes after its request may still wait for the answer; it gets one if the handler gives one.
    if (exchange_ && (parser_->is_done() || answered_)) return exchange_->ask_to_stop();
    if (phase_ == Phase::answering && !exchange_) return;
    return abort();
  }
  if (error) return abort();
  end_ += size;
  if (phase_ == Phase::body || (exchange_ && !parser_->is_done())) body_waited_ += now() - read_started_;
  process();
}

void Connection::process() {
  while (phase_ == Phase::header) {
    if (read_header())
      begin_request();
    else if (peer_done_ && phase_ == Phase::header)
      return abort();
    else
      break;
  }
  if (phase_ == Phase::closed || phase_ == Phase::lingering) return;
  if (parser_->is_header_done() && !parser_->is_done() && !body_failed_) {
    read_body();
    if (peer_done_ && !parser_->is_done() && !answered_) return abort();
  }
  if (phase_ == Phase::closed || phase_ == Phase::lingering) return;
  want_read();
}

// True when the header is complete.
bool Connection::read_header() {
  auto bytes = unread();
  if (header_bytes_ == 0 && bytes.empty()) {
    if (server_->draining) {
      abort();
      return false;
    }
    header_deadline_ = now() + server_->options.idle_timeout;
    return false;
  }
  if (header_bytes_ == 0 && !parser_->got_some()) {
    // RFC 9112 §2.2: an empty line before the request line is skipped.
    while (bytes.starts_with("\r\n")) {
      begin_ += 2;
      bytes = unread();
    }
    if (bytes.empty() || bytes == "\r") return false;
    header_deadline_ = now() + server_->options.header_timeout;
  }
  SystemError error;
  auto const used = parser_->put(asio::buffer(bytes.data(), bytes.size()), error);
  if (is_folded(bytes.substr(0, used))) error = beast_http::error::bad_obs_fold;
  begin_ += used;
  header_bytes_ += used;
  auto const limit = server_->options.max_header_bytes;
  if (header_bytes_ > limit || error == beast_http::error::header_limit ||
      (!parser_->is_header_done() && header_bytes_ + (end_ - begin_) >= limit)) {
    refuse(431, "the request's header is too large");
    return false;
  }
  if (error == beast_http::error::need_more) return false;
  if (error) {
    refuse(error == beast_http::error::bad_version ? 505 : 400, "the request is not well-formed: " + error.message());
    return false;
  }
  return parser_->is_header_done();
}

void Connection::begin_request() {
  request_started_ = read_started_ = now();
  read_deadline_ = Time::max();
  auto const& headers = parser_->headers;
  auto const hosts =
      std::count_if(headers.begin(), headers.end(), [](auto const& f) { return same_word(f.first, "Host"); });
  if (hosts > 1 || (hosts == 0 && parser_->version >= 11)) return refuse(400, "a request has one Host field");
  if (parser_->method == "OPTIONS" && parser_->target == "*") parser_->target = "/*";
  auto target = parse_target(parser_->target);
  if (!target) return refuse(400, "the request's target is not well-formed");
  target_ = std::move(*target);
  match_ = server_->router.match(parser_->method, target_.raw_path);
  if (match_.route == nullptr) {
    Headers allow;
    if (!match_.allowed.empty()) {
      std::string list;
      for (auto const& method : match_.allowed) list += (list.empty() ? "" : ", ") + method;
      allow.add("Allow", list);
    }
    int const status = match_.allowed.empty() ? 404 : 405;
    auto const message =
        status == 404 ? "there is nothing at " + target_.path : parser_->method + " is not possible at " + target_.path;
    return refuse(status, message, std::move(allow));
  }
  plan_body();
}

void Connection::plan_body() {
  auto const& options = match_.route->options;
  if (auto const length = parser_->is_done() ? boost::none : parser_->content_length();
      length && *length > options.max_body_bytes)
    return refuse(413, fmt::format("the body may have at most {} bytes", options.max_body_bytes));
  if (auto const expect = parser_->headers.find("Expect"); expect && parser_->version >= 11) {
    if (!same_word(*expect, "100-continue")) return refuse(417, "only 100-continue can be expected");
    continue_pending_ = !parser_->is_done();
  }
  if (options.stream_body) return dispatch();
  phase_ = Phase::body;
  if (parser_->is_done()) return dispatch();
  if (std::exchange(continue_pending_, false) && begin_ == end_) send_continue();
}

void Connection::read_body() {
  auto const limit = match_.route->options.max_body_bytes;
  while (!parser_->is_done() && begin_ < end_) {
    SystemError error;
    auto const before = parser_->body.size();
    auto const bytes = unread();
    auto const used = parser_->put(asio::buffer(bytes.data(), bytes.size()), error);
    begin_ += used;
    body_bytes_ += parser_->body.size() - before;
    bool const stuck = used == 0 && (end_ - begin_) > longest_chunk_header;
    bool const too_large = body_bytes_ > limit;
    if (too_large || stuck || (error && error != beast_http::error::need_more)) {
      auto const message = too_large ? fmt::format("the body may have at most {} bytes", limit)
                                     : std::string("the request's body is not well-formed");
      if (!exchange_) return refuse(too_large ? 413 : 400, message);
      body_failed_ = true;
      keep_alive_ = false;
      return exchange_->fail_body(too_large ? exhausted(message).with_reason("body_too_large") : invalid(message));
    }
    if (used == 0) break;
  }
  take_body();
}

void Connection::take_body() {
  if (!exchange_) {
    if (parser_->is_done()) dispatch();
    return;
  }
  auto const waiting = exchange_->deliver(std::exchange(parser_->body, {}));
  body_paused_ = waiting >= server_->options.stream_buffer_bytes;
  if (parser_->is_done()) {
    body_paused_ = false;
    exchange_->end_body();
  }
}

void Connection::on_body_wanted(From const& from) {
  if (from != exchange_ || phase_ == Phase::closed || !std::exchange(continue_pending_, false)) return;
  if (!answered_ && body_bytes_ == 0 && !writing_) send_continue();
}

void Connection::on_body_room(From const& from) {
  if (from != exchange_ || phase_ == Phase::closed) return;
  body_paused_ = false;
  want_read();
}

// One read is always outstanding while there is room: it brings the next request, and tells that the client has gone.
void Connection::want_read() {
  if (phase_ == Phase::closed) return;
  if (peer_done_ || body_paused_) {
    read_deadline_ = Time::max();
    return;
  }
  if (reading_) return set_read_deadline();
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (begin_ > 0) {
    buffer_.erase(0, begin_);
    buffer_.resize(buffer_.size() + begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  auto const limit = std::max(largest_buffer, server_->options.max_header_bytes);
  bool const body_comes = parser_ && parser_->is_header_done() && !parser_->is_done();
  if (buffer_.size() - end_ < first_buffer / 4 || (body_comes && buffer_.size() < limit)) {
    if (buffer_.size() >= limit && buffer_.size() == end_) {
      read_deadline_ = Time::max();
      return;
    }
    buffer_.resize(std::min(limit, body_comes ? limit : std::max(first_buffer, 2 * buffer_.size())));
  }
  reading_ = true;
  read_started_ = now();
  set_read_deadline();
  start_read(asio::buffer(buffer_.data() + end_, buffer_.size() - end_));
}

void Connection::set_read_deadline() {
  auto const& options = server_->options;
  if (phase_ == Phase::lingering) return;
  if (phase_ == Phase::header) {
    read_deadline_ = header_deadline_;
  } else if (!parser_->is_done() && !body_failed_) {
    auto const earned =
        std::chrono::milliseconds(body_bytes_ * 1000 / std::max<std::uint64_t>(1, options.min_body_rate));
    read_deadline_ = read_started_ + options.body_timeout + earned - body_waited_;
  } else {
    read_deadline_ = Time::max();
  }
}

Request Connection::take_request() {
  Request request;
  request.method = parser_->method;
  request.path = target_.path;
  request.target = parser_->target;
  request.query = std::move(target_.query);
  request.parameters = std::move(match_.parameters);
  request.headers = std::move(parser_->headers);
  request.body = std::move(parser_->body);
  request.peer_address = peer_;
  request.tls = tls_;
  request.stop = exchange_->stop_token();
  request.longest_call = server_->options.longest_call;
  if (match_.route->options.stream_body) request.stream = exchange_;
  return request;
}

void Connection::dispatch() {
  phase_ = Phase::answering;
  read_deadline_ = Time::max();
  exchange_ = std::make_shared<Exchange>(weak_from_this(), reactor_, server_->options.stream_buffer_bytes);
  if (parser_->is_done()) exchange_->end_body();
  server_->in_flight.add(1);
  run_handler(take_request());
}

void Connection::run_handler(Request request) {
  auto const* route = match_.route;
  if (route->async_handler) {
    auto const responder = std::make_shared<ExchangeResponder>(exchange_);
    try {
      route->async_handler(std::move(request), responder);
    } catch (std::exception const& e) {
      server_->log.error("handler failed", {{"route", route->path}, {"error", e.what()}});
    }
    return;
  }
  bool const posted =
      server_->pool.try_post([server = server_, exchange = exchange_, route, request = std::move(request)]() mutable {
        Response response;
        try {
          response = route->handler(request);
        } catch (std::exception const& e) {
          auto const* error = dynamic_cast<Error const*>(&e);
          if (error == nullptr || error->code() != Code::cancelled)
            server->log.error("handler failed", {{"route", route->path}, {"error", e.what()}});
          response = server->error_response(500, "the server made a mistake", request.path);
        }
        exchange->answer(std::move(response));
      });
  if (!posted) {
    auto response = server_->error_response(503, "the server is busy: try again soon", target_.path);
    response.headers.set("Retry-After", "1");
    exchange_->answer(std::move(response));
  }
}

}  // namespace lepton::http
