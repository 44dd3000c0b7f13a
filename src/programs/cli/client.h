#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "cli/target.h"

namespace lepton::cli {

/// How a command reaches its server.
struct Connection {
  std::string url = "http://127.0.0.1:8080";
  std::string token;
  std::string purpose;
  std::string timeout;                          ///< patience of the server, "10m"; empty: as long as it thinks right
  std::filesystem::path certificate_authority;  ///< PEM; empty: the system's
};

/// Speaks /v1 over HTTP. Every refusal becomes the Error it was on the server, with `problem()` holding the whole
/// document. One thread.
class Client {
 public:
  explicit Client(Connection connection);
  ~Client();

  [[nodiscard]] Connection const& connection() const { return connection_; }

  json::Value get(Target const& target);
  /// All pages of a list, one after the other.
  json::Array list(Target const& target);
  /// Mutations carry an Idempotency-Key, so that a repetition after a lost answer does nothing twice.
  json::Value post(Target const& target, json::Value const& body = json::Object{}, std::string const& if_match = "");
  json::Value put(Target const& target, json::Value const& body, std::string const& if_match = "");
  json::Value patch(Target const& target, json::Value const& body, std::string const& if_match = "");
  void remove(Target const& target, std::string const& if_match = "");
  /// Sends a file ("-": standard input) as the body; `sent` hears the bytes so far.
  json::Value upload(Target const& target, std::filesystem::path const& file,
                     std::function<void(std::uint64_t)> const& sent);
  /// Hands the answer's bytes over as they arrive. With a body it is a POST, else a GET.
  void stream(Target const& target, json::Value const& body, std::string const& accept,
              std::function<void(std::string_view)> const& sink);
  /// Sends text of another media type than JSON with POST; answers with the media type of what `sink` was handed.
  std::string send_text(Target const& target, std::string const& text, std::string const& media_type,
                        std::string const& accept, std::function<void(std::string_view)> const& sink,
                        std::string const& if_match = "");
  /// Any request, for `lepton api`; the answer's text.
  std::string raw(std::string const& method, Target const& target, std::string const& body);

  /// ETag of the last answer, with its quotes.
  [[nodiscard]] std::string const& etag() const { return etag_; }
  [[nodiscard]] std::string const& decision() const { return decision_; }  ///< Lepton-Decision-Id of the last answer
  [[nodiscard]] int status() const { return status_; }
  /// The last problem document; empty when there was none.
  [[nodiscard]] json::Object const& problem() const { return problem_; }

 private:
  struct Wire;

  std::string exchange(std::string const& method, Target const& target, std::string const& body,
                       std::string const& if_match);
  json::Value exchange_json(std::string const& method, Target const& target, json::Value const& body,
                            std::string const& if_match);
  [[noreturn]] void refuse(int status, std::string const& body);

  Connection connection_;
  std::unique_ptr<Wire> wire_;
  std::string etag_, decision_;
  int status_ = 0;
  json::Object problem_;
};

}  // namespace lepton::cli
