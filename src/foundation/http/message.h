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

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Whether two ASCII words are the same but for case (header names, tokens).
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);

/// Header fields in order; names compare without case (RFC 9110 §5.1).
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// Replaces every field of that name.
  void set(std::string name, std::string value);
  /// The first field of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  void clear() { fields_.clear(); }

 private:
  Pairs fields_;
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
  Pairs query;         ///< decoded, in order
  Pairs parameters;    ///< bound by the router: {"department", "risk"}
  Headers headers;
  std::string body;  ///< whole body of a buffered route
  std::shared_ptr<BodySource>
      stream;  ///< instead of `body`, on routes declared streaming; shared with the connection that fills it
  std::string peer_address;
  bool tls = false;
  std::stop_token stop;                       ///< requested when the client goes away or the server stops
  std::chrono::milliseconds longest_call{0};  ///< the most that Lepton-Timeout may ask for; 0: as much as it likes

  [[nodiscard]] std::optional<std::string_view> find_query(std::string_view name) const;
  [[nodiscard]] std::string const& parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// When set, sent instead of `body`: chunked, or as it is when the headers give its Content-Length. Called once on a
  /// worker thread (never for HEAD). Throwing ends the connection without the last chunk, so that a client sees that
  /// the answer is not whole.
  std::function<void(BodySink&)> stream;
};

/// Answers one request; call respond() once, from any thread. Dropped without an answer it sends 500. May outlive the
/// connection and the server: then the answer goes nowhere.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void respond(Response response) = 0;
};

/// "Not Found" for 404: RFC 9110 §15.
[[nodiscard]] std::string_view reason_phrase(int status);

/// "a=1&b=%20" → decoded pairs; '+' is a space. nullopt for a broken escape.
[[nodiscard]] std::optional<Pairs> parse_query(std::string_view query);

}  // namespace lepton::http
