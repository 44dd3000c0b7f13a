#include "native/problem.h"

#include <fmt/format.h>

#include <map>
#include <new>

#include "base/encoding.h"
#include "base/json.h"

namespace lepton::native {
namespace {

std::string_view title_of(Code code) {
  switch (code) {
    case Code::invalid:
      return "The request is wrong";
    case Code::unauthenticated:
      return "Log in first";
    case Code::denied:
      return "Not allowed";
    case Code::not_found:
      return "Not found";
    case Code::conflict:
      return "In conflict with what is there";
    case Code::exhausted:
      return "A limit is reached";
    case Code::cancelled:
      return "Cancelled";
    case Code::unavailable:
      return "Not available now";
    case Code::internal:
      return "Lepton failed";
  }
  return "Lepton failed";
}

int status_of(Code code) {
  switch (code) {
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
      return 429;
    case Code::cancelled:
      return 499;
    case Code::unavailable:
      return 503;
    case Code::internal:
      return 500;
  }
  return 500;
}

}  // namespace

int status_of(Error const& error) {
  static std::map<std::string_view, int> const finer{
      {"etag_mismatch", 412},     {"revision_mismatch", 412}, {"if_match_required", 428}, {"idempotency_mismatch", 422},
      {"payload_too_large", 413}, {"deadline_exceeded", 504}, {"disk_full", 507},         {"method_not_allowed", 405}};
  auto const found = finer.find(error.reason());
  return found != finer.end() ? found->second : status_of(error.code());
}

http::Response problem(Error const& error, std::string const& request_id, std::string const& instance) {
  int const status = status_of(error);
  std::string const detail = error.reason() == "deadline_exceeded"
                                 ? "the time for this request was over: ask for less at once, or for more time with "
                                   "the header Lepton-Timeout (lepton --timeout 10m)"
                                 : error.what();
  json::Object document{{"type", fmt::format("/problems/{}", error.reason())},
                        {"title", title_of(error.code())},
                        {"status", status},
                        {"detail", detail},
                        {"instance", instance},
                        {"code", error.reason()},
                        {"request_id", request_id}};
  if (!error.details().empty()) {
    json::Array errors;
    for (auto const& [pointer, text] : error.details())
      errors.push_back(json::Object{{"pointer", pointer}, {"detail", text}});
    document["errors"] = std::move(errors);
  }
  if (auto const& address = error.request_access_to(); !address.empty())
    document["request_access"] = {{"address", address},
                                  {"method", "POST"},
                                  {"href", "/v1/requests"},
                                  {"command", fmt::format("lepton data request {} --purpose …", address)}};
  http::Response response{.status = status, .body = json::write(document)};
  response.headers.set("Content-Type", "application/problem+json");
  if (status == 401) response.headers.set("WWW-Authenticate", "Bearer realm=\"lepton\"");
  if (status == 429 || status == 503 || error.reason() == "in_progress") response.headers.set("Retry-After", "1");
  return response;
}

Error error_of(std::exception_ptr const& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (Error const& e) {
    return e;
  } catch (std::bad_alloc const&) {
    return exhausted("the server has no memory left for this request").with_reason("out_of_memory");
  } catch (...) {
    return internal("the server failed at this request; its log has the reason under this request id");
  }
}

}  // namespace lepton::native
