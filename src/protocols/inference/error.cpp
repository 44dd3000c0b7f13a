#include "inference/error.h"

#include "base/json.h"

namespace lepton::inference {
namespace {

int status_of(Error const& error) {
  switch (error.code()) {
    case Code::invalid:
      return 400;
    case Code::unauthenticated:
      return 401;
    case Code::denied:
      return 403;
    case Code::not_found:
      return 404;
    case Code::conflict:
      return 409;
    case Code::exhausted:
      return error.reason() == "deadline_exceeded" ? 504 : 429;
    case Code::cancelled:
    case Code::unavailable:
      return 503;
    case Code::internal:
      break;
  }
  return 500;
}

}  // namespace

http::Response error_response(Error const& error) {
  std::string sentence = error.what();
  for (auto const& [pointer, expected] : error.details())
    if (sentence.find(expected) == std::string::npos) sentence += "; " + pointer + ": " + expected;
  http::Response response;
  response.status = status_of(error);
  response.headers.add("Content-Type", "application/json");
  if (response.status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (auto const wait = error.retry_after())
    response.headers.add("Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(*wait).count()));
  response.body = json::write(json::Object{{"error", sentence}});
  return response;
}

}  // namespace lepton::inference
