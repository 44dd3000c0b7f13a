#include "sparql_protocol/error.h"

#include "base/json.h"

namespace lepton::sparql_protocol {
namespace {

int status_of(Error const& error) {
  switch (error.code()) {
    case Code::invalid:
      if (error.reason() == "media_type") return 415;
      if (error.reason() == "not_acceptable") return 406;
      return 400;
    case Code::unauthenticated:
      return 401;
    case Code::denied:
      return 403;
    case Code::not_found:
      return 404;
    case Code::conflict:
      return error.reason() == "revision_mismatch" ? 412 : 409;
    case Code::exhausted:
      return error.reason() == "deadline_exceeded" ? 504 : 503;
    case Code::unavailable:
      if (error.reason() == "timeout") return 504;
      return error.reason() == "unreachable" || error.reason() == "service_failed" ? 502 : 503;
    case Code::cancelled:
      return 503;
    case Code::internal:
      break;
  }
  return 500;
}

}  // namespace

http::Response error_response(Error const& error, std::string const& request_id) {
  http::Response response;
  response.status = status_of(error);
  response.headers.add("Content-Type", "application/problem+json");
  if (response.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (auto const wait = error.retry_after())
    response.headers.add("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(*wait).count()));
  json::Array problems;
  for (auto const& [pointer, what] : error.details()) problems.push_back({{"pointer", pointer}, {"detail", what}});
  response.body = json::write(json::Object{{"type", "/problems/" + std::string(error.reason())},
                                           {"title", http::reason_phrase(response.status)},
                                           {"status", response.status},
                                           {"detail", error.what()},
                                           {"code", error.reason()},
                                           {"errors", std::move(problems)},
                                           {"request_id", request_id}}) +
                  "\n";  // for those who read it in a terminal
  return response;
}

}  // namespace lepton::sparql_protocol
