#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>

#include "http/asio.h"
#include "http/message.h"

namespace lepton::http {

namespace beast_http = boost::beast::http;
using BeastView = boost::beast::string_view;

/// Beast's parser feeding our own fields, stricter than it (RFC 9112 §6.1, §6.3, §5.2): one Content-Length, one
/// Transfer-Encoding that is "chunked" and not with Content-Length nor in HTTP/1.0. One message; used by one thread.
/// Body bytes are appended to `body`, which the owner empties.
template <bool is_request>
class Parser : public beast_http::basic_parser<is_request> {
 public:
  Parser() {
    this->body_limit(boost::none);
    this->eager(false);
  }

  std::string method;
  std::string target;
  int status = 0;
  int version = 11;
  Headers headers;
  bool chunked = false;
  std::string body;

  /// Beast 1.81 asserts that a last chunk which it sees for the second time has five bytes, and ends the process at
  /// "0\r\n\r". No message ends sooner from where a chunk begins, so fewer are held back.
  std::size_t put(asio::const_buffer bytes, SystemError& error) {
    if (chunked && header_done_ && chunk_left_ == 0 && bytes.size() < 5) {
      error = beast_http::error::need_more;
      return 0;
    }
    return beast_http::basic_parser<is_request>::put(bytes, error);
  }

 private:
  static std::string_view view(BeastView text) { return {text.data(), text.size()}; }

  void on_request_impl(beast_http::verb, BeastView name, BeastView uri, int number, SystemError&) override {
    method = view(name);
    target = view(uri);
    version = number;
  }
  void on_response_impl(int code, BeastView, int number, SystemError&) override {
    status = code;
    version = number;
  }
  void on_field_impl(beast_http::field field, BeastView name, BeastView value, SystemError& error) override {
    if (header_done_) return;  // trailers are read and dropped
    if (field == beast_http::field::content_length) {
      if (lengths_++ > 0 || value.find(',') != BeastView::npos || chunked)
        error = beast_http::error::multiple_content_length;
    } else if (field == beast_http::field::transfer_encoding) {
      if (chunked || lengths_ > 0 || version < 11 || !same_word(view(value), "chunked"))
        error = beast_http::error::bad_transfer_encoding;
      chunked = true;
    }
    headers.add(std::string(view(name)), std::string(view(value)));
  }
  void on_header_impl(SystemError&) override { header_done_ = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, SystemError&) override {}
  std::size_t on_body_impl(BeastView bytes, SystemError&) override {
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t size, BeastView, SystemError&) override { chunk_left_ = size; }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView bytes, SystemError&) override {
    chunk_left_ -= bytes.size();
    body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_finish_impl(SystemError&) override {}

  int lengths_ = 0;
  std::uint64_t chunk_left_ = 0;
  bool header_done_ = false;
};

}  // namespace lepton::http
