#include "cli/client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/id.h"
#include "http/client.h"

namespace lepton::cli {
namespace {

http::ClientOptions options_of(Connection const& connection) {
  // The server has deadlines of its own; an answer may come when all is checked and stored.
  http::ClientOptions options{.base_url = connection.url,
                              .ca_file = connection.certificate_authority,
                              .idle_timeout = std::chrono::minutes(30)};
  if (!connection.token.empty()) options.headers.set("Authorization", "Bearer " + connection.token);
  if (!connection.purpose.empty()) options.headers.set("Lepton-Purpose", connection.purpose);
  if (!connection.timeout.empty()) options.headers.set("Lepton-Timeout", connection.timeout);
  options.headers.set("User-Agent", "lepton-cli");
  return options;
}

Code code_of(int status) {
  switch (status) {
    case 401:
      return Code::unauthenticated;
    case 403:
      return Code::denied;
    case 404:
      return Code::not_found;
    case 409:
    case 412:
    case 428:
      return Code::conflict;
    case 413:
    case 429:
    case 507:
      return Code::exhausted;
    case 502:
    case 503:
    case 504:
      return Code::unavailable;
    default:
      return status >= 500 ? Code::internal : Code::invalid;
  }
}

std::string text_of(json::Object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

struct Client::Wire {
  http::Client client;
};

Client::Client(Connection connection) : connection_(std::move(connection)) {}
Client::~Client() = default;

void Client::refuse(int status, std::string const& body) {
  problem_ = {};
  try {
    if (auto const value = json::parse(body); value.is_object()) problem_ = value.get_object();
  } catch (Error const&) {
    // Not a problem document: something between us and the server answered.
  }
  auto detail = text_of(problem_, "detail");
  if (detail.empty()) detail = text_of(problem_, "error");  // Open Inference Protocol
  Details details;
  if (auto const* errors = problem_.if_contains("errors"); errors != nullptr && errors->is_array())
    for (auto const& error : errors->get_array())
      if (error.is_object())
        details.emplace(text_of(error.get_object(), "pointer"), text_of(error.get_object(), "detail"));
  Error error(code_of(status), detail.empty() ? fmt::format("the server answered with status {}", status) : detail,
              std::move(details));
  if (auto const code = text_of(problem_, "code"); !code.empty()) error = error.with_reason(code);
  if (auto const* ask = problem_.if_contains("request_access"); ask != nullptr && ask->is_object())
    error = error.with_access_request(text_of(ask->get_object(), "address"));
  throw error;
}

std::string Client::exchange(std::string const& method, Target const& target, std::string const& body,
                             std::string const& if_match) {
  if (!wire_) wire_ = std::make_unique<Wire>(Wire{http::Client(options_of(connection_))});
  http::ClientRequest request{.method = method, .target = target.str(), .body = body};
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  if (!if_match.empty()) request.headers.set("If-Match", if_match);
  if (method == "POST") request.headers.set("Idempotency-Key", Id<struct AttemptKind>::random().str());
  auto const response = wire_->client.send(request);
  status_ = response.status;
  etag_ = response.headers.find("ETag").value_or("");
  decision_ = response.headers.find("Lepton-Decision-Id").value_or("");
  if (status_ >= 400) refuse(status_, response.body);
  return response.body;
}

json::Value Client::exchange_json(std::string const& method, Target const& target, json::Value const& body,
                                  std::string const& if_match) {
  auto const text = exchange(method, target, body.is_null() ? "" : json::write(body), if_match);
  return text.empty() ? json::Value(nullptr) : json::parse(text);
}

json::Value Client::get(Target const& target) {
  return exchange_json("GET", target, nullptr, "");
}

json::Array Client::list(Target const& target) {
  json::Array all;
  std::string token;
  do {
    Target page = target;
    page.with("page_size", "500").with("page_token", token);
    auto const answer = get(page);
    for (auto const& item : answer.at("items").as_array()) all.push_back(item);
    token = text_of(answer.as_object(), "next_page_token");
  } while (!token.empty());
  return all;
}

json::Value Client::post(Target const& target, json::Value const& body, std::string const& if_match) {
  return exchange_json("POST", target, body, if_match);
}

json::Value Client::put(Target const& target, json::Value const& body, std::string const& if_match) {
  return exchange_json("PUT", target, body, if_match);
}

json::Value Client::patch(Target const& target, json::Value const& body, std::string const& if_match) {
  return exchange_json("PATCH", target, body, if_match);
}

void Client::remove(Target const& target, std::string const& if_match) {
  exchange_json("DELETE", target, nullptr, if_match);
}

std::string Client::raw(std::string const& method, Target const& target, std::string const& body) {
  return exchange(method, target, body, "");
}

json::Value Client::upload(Target const& target, std::filesystem::path const& file,
                           std::function<void(std::uint64_t)> const& sent) {
  if (!wire_) wire_ = std::make_unique<Wire>(Wire{http::Client(options_of(connection_))});
  bool const standard_input = file == "-";
  FileDescriptor const opened(standard_input ? -1 : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!standard_input && !opened.open()) throw_errno(fmt::format("cannot open {}", file.string()));
  int const fd = standard_input ? STDIN_FILENO : opened.get();
  std::uint64_t total = 0;
  http::ClientRequest request{.method = "POST", .target = target.str()};
  request.headers.set("Content-Type", "application/octet-stream");
  if (!standard_input) request.upload_bytes = std::filesystem::file_size(file);
  request.upload = [&] {
    std::string piece(256 << 10, '\0');
    auto const count = ::read(fd, piece.data(), piece.size());
    if (count < 0) throw_errno(fmt::format("cannot read {}", file.string()));
    piece.resize(static_cast<std::size_t>(count));
    total += piece.size();
    sent(total);
    return piece;
  };
  auto const response = wire_->client.send(request);
  status_ = response.status;
  if (status_ >= 400) refuse(status_, response.body);
  return response.body.empty() ? json::Value(nullptr) : json::parse(response.body);
}

void Client::stream(Target const& target, json::Value const& body, std::string const& accept,
                    std::function<void(std::string_view)> const& sink) {
  if (!wire_) wire_ = std::make_unique<Wire>(Wire{http::Client(options_of(connection_))});
  http::ClientRequest request{.method = body.is_null() ? "GET" : "POST", .target = target.str()};
  if (!body.is_null()) {
    request.body = json::write(body);
    request.headers.set("Content-Type", "application/json");
  }
  if (!accept.empty()) request.headers.set("Accept", accept);
  auto const response =
      wire_->client.send(request, [&](http::ClientResponse const&, std::string_view piece) { sink(piece); });
  status_ = response.status;
  if (status_ >= 400) refuse(status_, response.body);
}

std::string Client::send_text(Target const& target, std::string const& text, std::string const& media_type,
                              std::string const& accept, std::function<void(std::string_view)> const& sink,
                              std::string const& if_match) {
  if (!wire_) wire_ = std::make_unique<Wire>(Wire{http::Client(options_of(connection_))});
  http::ClientRequest request{.method = "POST", .target = target.str(), .body = text};
  request.headers.set("Content-Type", media_type);
  request.headers.set("Accept", accept);
  if (!if_match.empty()) request.headers.set("If-Match", if_match);
  auto const response =
      wire_->client.send(request, [&](http::ClientResponse const&, std::string_view piece) { sink(piece); });
  status_ = response.status;
  etag_ = response.headers.find("ETag").value_or("");
  if (status_ >= 400) refuse(status_, response.body);
  auto const type = response.headers.find("Content-Type").value_or("");
  return std::string(type.substr(0, type.find(';')));
}

}  // namespace lepton::cli
