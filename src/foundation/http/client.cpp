#include "http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "http/client_connection.h"
#include "http/parser.h"
#include "http/tls.h"

namespace lepton::http {

namespace {

constexpr std::size_t read_size = 64 << 10;
constexpr std::chrono::milliseconds continue_wait{1'000};

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

/// Thrown by the callbacks of send_lines and send_events to end a stream that its reader has had enough of.
struct Enough {};

}  // namespace

std::optional<std::uint64_t> ClientResponse::content_length() const {
  auto const text = headers.find("Content-Length");
  std::uint64_t length = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc())
    return std::nullopt;
  return length;
}

class Client::Impl {
 public:
  explicit Impl(ClientOptions options) : options_(std::move(options)), origin_(parse_origin(options_.base_url)) {
    if (origin_.tls) tls_.emplace(make_client_tls(options_.ca_file));
  }

  ClientResponse send(ClientRequest const& request, OnPiece const& on_piece) {
    timeout_ = request.idle_timeout.value_or(options_.idle_timeout);
    // Something to read on an idle connection is its end.
    if (connection_ && connection_->readable(std::chrono::milliseconds(0))) connection_.reset();
    bool const reused = connection_ != nullptr;
    try {
      return exchange(request, on_piece);
    } catch (Unanswered const& failure) {
      connection_.reset();
      if (!reused || request.upload || !is_idempotent(request.method)) throw failure.error;
    } catch (...) {
      connection_.reset();
      throw;
    }
    try {
      return exchange(request, on_piece);
    } catch (Unanswered const& failure) {
      connection_.reset();
      throw failure.error;
    } catch (...) {
      connection_.reset();
      throw;
    }
  }

 private:
  /// The connection ended before anything was answered.
  struct Unanswered {
    Error error;
  };

  ClientResponse exchange(ClientRequest const& request, OnPiece const& on_piece) {
    if (!connection_) {
      connection_ = std::make_unique<ClientConnection>(origin_, tls_ ? &*tls_ : nullptr, options_);
      begin_ = end_ = 0;
    }
    answer_.reset();
    bool const upload = static_cast<bool>(request.upload);
    bool const short_body = !upload && request.body.size() < read_size;
    auto const head = request_head(request);
    if (!connection_->write(short_body ? head + request.body : head, timeout_)) throw Unanswered{gone()};
    bool whole = true;
    if (upload)
      whole = send_upload(request);
    else if (!short_body)
      whole = connection_->write(request.body, timeout_);
    auto response = receive(request.method == "HEAD", on_piece);
    if (!whole || !answer_->keep_alive() || begin_ != end_) connection_.reset();
    return response;
  }

  std::string request_head(ClientRequest const& request) const {
    auto head = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}\r\n", request.method, origin_.prefix, request.target,
                            origin_.authority());
    if (head.find_first_of(" \r\n", request.method.size() + 1) != head.find(" HTTP/1.1\r\n"))
      throw invalid("the target of a request has no spaces or line ends: encode them");
    auto const add = [&](Headers const& headers) {
      for (auto const& [name, value] : headers) {
        if ((name + value).find_first_of("\r\n") != std::string::npos)
          throw invalid(fmt::format("the header {} may not hold line ends", name));
        head.append(name).append(": ").append(value).append("\r\n");
      }
    };
    add(options_.headers);
    add(request.headers);
    bool const takes_body = request.method != "GET" && request.method != "HEAD" && request.method != "DELETE";
    if (request.upload) {
      head += request.upload_bytes ? fmt::format("Content-Length: {}\r\n", *request.upload_bytes)
                                   : std::string("Transfer-Encoding: chunked\r\n");
      head += "Expect: 100-continue\r\n";
    } else if (!request.body.empty() || takes_body) {
      head += fmt::format("Content-Length: {}\r\n", request.body.size());
    }
    return head += "\r\n";
  }

  /// False when the server answered, or closed, before it had everything.
  bool send_upload(ClientRequest const& request) {
    // RFC 9110 §10.1.1: a server that does not know the expectation is not waited for.
    if (connection_->readable(continue_wait) && has_answer()) return false;
    std::uint64_t sent = 0;
    for (auto piece = request.upload(); !piece.empty(); piece = request.upload()) {
      sent += piece.size();
      if (!request.upload_bytes) piece = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
      if (!connection_->write(piece, timeout_)) return false;
      if (connection_->readable(std::chrono::milliseconds(0)) && has_answer()) return false;
    }
    if (request.upload_bytes && sent != *request.upload_bytes)
      throw invalid(fmt::format("an upload of {} bytes turned out to have {}", *request.upload_bytes, sent));
    return request.upload_bytes ? true : connection_->write("0\r\n\r\n", timeout_);
  }

  /// Reads a header; false when it was an interim one, such as 100 (Continue).
  bool has_answer(bool is_head = false) {
    answer_.emplace();
    answer_->header_limit(64 << 10);
    answer_->skip(is_head);
    while (!answer_->is_header_done()) {
      if (begin_ == end_ && !fill()) {
        if (!answer_->got_some()) throw Unanswered{gone()};
        throw gone();
      }
      // A header that came in part is parsed from its first unread byte again, so more is put behind it.
      if (!parse() && !answer_->is_header_done() && !fill()) throw gone();
    }
    return answer_->status >= 200;
  }

  /// False when the parser needs more bytes than are unread.
  bool parse() {
    SystemError error;
    auto const used = answer_->put(asio::buffer(buffer_.data() + begin_, end_ - begin_), error);
    begin_ += used;
    if (error == beast_http::error::need_more) return false;
    if (error)
      throw unavailable(fmt::format("{} answered with what is no HTTP: {}", origin_.authority(), error.message()));
    return true;
  }

  /// False at the end of the stream.
  bool fill() {
    if (begin_ > 0) {
      buffer_.erase(0, begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (buffer_.size() < end_ + read_size) buffer_.resize(end_ + read_size);
    auto const got = connection_->read(buffer_.data() + end_, buffer_.size() - end_, timeout_);
    end_ += got;
    return got > 0;
  }

  ClientResponse receive(bool is_head, OnPiece const& on_piece) {
    if (!answer_ || answer_->status < 200)
      while (!has_answer(is_head)) continue;
    ClientResponse response;
    response.status = answer_->status;
    response.headers = answer_->headers;
    bool const in_pieces = on_piece && response.status / 100 == 2;
    while (!answer_->is_done()) {
      bool const more = (begin_ != end_ && parse()) || answer_->is_done();
      if (in_pieces && !answer_->body.empty()) on_piece(response, std::exchange(answer_->body, {}));
      if (answer_->body.size() > options_.max_body_bytes)
        throw unavailable(
            fmt::format("{} answered with more than {} bytes", origin_.authority(), options_.max_body_bytes));
      if (more || fill()) continue;
      SystemError error;
      answer_->put_eof(error);
      if (error) throw unavailable(fmt::format("{} broke off in the middle of its answer", origin_.authority()));
    }
    response.body = std::move(answer_->body);
    if (in_pieces && !response.body.empty()) on_piece(response, std::exchange(response.body, {}));
    return response;
  }

  Error gone() const {
    return unavailable(fmt::format("{} closed the connection before it had answered", origin_.authority()));
  }

  ClientOptions options_;
  Origin origin_;
  std::optional<asio::ssl::context> tls_;
  std::unique_ptr<ClientConnection> connection_;
  std::optional<Parser<false>> answer_;
  std::chrono::milliseconds timeout_{};
  std::string buffer_;  ///< unread bytes are [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

ClientResponse Client::send(ClientRequest const& request) {
  return impl_->send(request, {});
}

ClientResponse Client::send(ClientRequest const& request, OnPiece const& on_piece) {
  return impl_->send(request, on_piece);
}

ClientResponse Client::send_lines(ClientRequest const& request, std::function<bool(std::string_view)> const& on_line) {
  ClientResponse head;
  std::string line;
  try {
    auto response = impl_->send(request, [&](ClientResponse const& arrived, std::string_view piece) {
      if (head.status == 0) head = arrived;
      for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
        line += piece.substr(0, end);
        piece.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.pop_back();
        if (!on_line(line)) throw Enough{};
        line.clear();
      }
      line += piece;
    });
    if (!line.empty()) (void)on_line(line);
    return response;
  } catch (Enough const&) {
    return head;
  }
}

ClientResponse Client::send_events(ClientRequest const& request, std::function<bool(Event const&)> const& on_event) {
  Event event;
  bool has_data = false;
  auto const take_line = [&](std::string_view line) {
    if (line.empty()) {  // a blank line sends the event off
      bool const more = !has_data || on_event(event);
      event = {"message", "", event.id};
      has_data = false;
      return more;
    }
    auto const colon = std::min(line.find(':'), line.size());
    auto const field = line.substr(0, colon);
    auto value = line.substr(std::min(line.size(), colon + 1));
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "data") {
      if (std::exchange(has_data, true)) event.data += '\n';
      event.data += value;
    } else if (field == "event") {
      event.type = value;
    } else if (field == "id") {
      event.id = value;
    }
    return true;
  };
  auto with_accept = request;
  with_accept.headers.set("Accept", "text/event-stream");
  return send_lines(with_accept, take_line);
}

}  // namespace lepton::http
