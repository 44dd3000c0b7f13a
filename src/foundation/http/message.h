#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lepton::http {

/// Header fields in order; names compare without case (RFC 9110 §5.1).
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void set(std::string name, std::string value);
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request body that arrives while it is read; blocks a worker thread, never a network thread.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The next piece, empty at the end. Throws Error{cancelled} when the client is gone, {exhausted} when it is too slow
  /// or sends too much.
  [[nodiscard]] virtual std::string read() = 0;
};

/// A response body written as it is made; blocks when the client is slow (bounded memory). Throws Error{cancelled} when
/// it is gone.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void write(std::string_view bytes) = 0;
};

struct Request {
  std::string method;  ///< "GET"
  std::string path;    ///< decoded, "/v1/departments"; parameters of the route are in `parameters`
  std::string target;  ///< as sent
  std::vector<std::pair<std::string, std::string>> query;       ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> parameters;  ///< bound by the router: {"department", "risk"}
  Headers headers;
  std::string body;  ///< whole body of a buffered route
  std::shared_ptr<BodySource>
      stream;  ///< instead of `body`, on routes declared streaming; shared with the connection that fills it
  std::string peer_address;
  bool tls = false;
  std::stop_token stop;  ///< requested when the client goes away or the server stops

  [[nodiscard]] std::optional<std::string_view> find_query(std::string_view name) const;
  [[nodiscard]] std::string const& parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// When set, sent chunked instead of `body`: called once on a worker thread. Throwing ends the connection without the
  /// last chunk, so that a client sees that the answer is not whole.
  std::function<void(BodySink&)> stream;
};

/// Answers one request; call respond() once, from any thread. Dropped without an answer it sends 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void respond(Response response) = 0;
};

}  // namespace lepton::http
