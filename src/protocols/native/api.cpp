#include "native/api.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"
#include "db/companion.h"
#include "http/call.h"
#include "native/binding.h"
#include "native/openapi.h"
#include "native/problem.h"

namespace lepton::native {
namespace {

bool validate_only(http::Request const& request) {
  auto const value = request.find_query("validate_only");
  return value && (*value == "true" || *value == "1" || value->empty());
}

}  // namespace

Call Api::call_of(Description const& description, http::Request const& request) const {
  auto call = http::call_of(request, "native", parts_.clock, description.timeout);
  call.validate_only = validate_only(request) && description.method != "GET";
  if (auto const authorization = request.headers.find("Authorization"))
    call.principal = parts_.authenticate(*authorization);
  else if (description.login == Login::required)
    throw unauthenticated("log in first: 'lepton login', or send 'Authorization: Bearer <key or token>'");
  return call;
}

void Api::mount(http::Router& router) {
  for (auto const& entry : table_.entries())
    router.add(std::string(entry.description.method), std::string(entry.description.path),
               [this, &entry](http::Request& request) { return answer(entry, request); },
               {.max_body_bytes = entry.description.max_body_bytes, .stream_body = entry.streamed});
  router.add("GET", "/openapi.json", [document = json::write(openapi(table_, parts_.version))](http::Request&) {
    http::Response response{.body = document};
    response.headers.set("Content-Type", "application/json");
    return response;
  });
}

http::Response Api::answer(Entry const& entry, http::Request& request) {
  auto const begun = parts_.clock.steady();
  std::string request_id;
  Trace trace;
  http::Response response;
  try {
    auto const call = call_of(entry.description, request);
    request_id = call.request_id.str();
    trace = call.trace;
    auto const key = request.headers.find("Idempotency-Key");
    // Not for a log-in: those who have no name yet share one, and a fingerprint would hash their password.
    bool const once = key && entry.description.method == "POST" && !entry.streamed && !call.validate_only &&
                      !call.principal.id.empty();
    response = once ? run_once(entry, call, request, std::string(*key)) : run(entry, call, request);
  } catch (...) {  // the request's edge
    if (request_id.empty()) request_id = http::request_id_of(request).str();
    auto const error = error_of(std::current_exception());
    if (error.code() == Code::internal) {
      std::string reason = error.what();
      try {
        throw;
      } catch (std::exception const& e) {
        reason = e.what();
      } catch (...) {
      }
      parts_.log.error("request failed",
                       {{"operation", entry.description.name}, {"request_id", request_id}, {"reason", reason}});
    }
    response = problem(error, request_id, request.path);
  }
  response.headers.set("X-Request-Id", request_id);
  if (!trace.trace_id.empty())
    response.headers.set("traceparent", fmt::format("00-{}-{}-01", trace.trace_id, to_hex(random_bytes(8))));
  note(entry, request, response, parts_.clock.steady() - begun);
  return response;
}

http::Response Api::run(Entry const& entry, Call const& call, http::Request& request) {
  auto const input = input_of(entry.parts, request);
  for (auto const& part : entry.parts)
    if (part.name == "if_match" && part.required && !input.get_object().contains("if_match"))
      throw invalid("say which state you change: read it, then send its ETag as If-Match",
                    {{"/if_match", "the ETag of what you read"}})
          .with_reason("if_match_required");
  call.proceed();
  check(!entry.streamed || request.stream != nullptr, "a streamed route has a stream");
  return entry.run(call, input, request.stream.get());
}

http::Response Api::run_once(Entry const& entry, Call const& call, http::Request& request, std::string const& key) {
  auto const fingerprint = sha256(request.method + " " + request.target + "\n" + request.body).hex();
  if (auto kept = idempotency_.begin(call, key, fingerprint)) return std::move(*kept);
  try {
    auto response = [&] {
      db::Companion const taking([&](db::Transaction& tx) { Idempotency::take(tx, call, key); });
      return run(entry, call, request);
    }();
    if (entry.description.secret == Secret::yes) {
      http::Response said{.status = 409};
      said.body =
          problem(
              conflict("this was done before; its secret is shown once and is not kept").with_reason("already_done"),
              call.request_id.str(), request.path)
              .body;
      said.headers.set("Content-Type", "application/problem+json");
      idempotency_.keep(call, key, said);
    } else {
      idempotency_.keep(call, key, response);
    }
    return response;
  } catch (...) {
    auto const error = error_of(std::current_exception());
    auto const answer = problem(error, call.request_id.str(), request.path);
    // What may be different in a moment (a limit, a conflict, a missing login) is not frozen.
    if (error.code() == Code::invalid || error.code() == Code::denied)
      idempotency_.keep(call, key, answer);
    else
      idempotency_.forget(call, key);
    throw;
  }
}

void Api::note(Entry const& entry, http::Request const& request, http::Response const& response,
               std::chrono::steady_clock::duration took) {
  std::string const operation(entry.description.name);
  double const seconds = std::chrono::duration<double>(took).count();
  parts_.metrics
      .counter("lepton_api_requests_total", "requests to /v1 by operation and status",
               {{"operation", operation}, {"status", std::to_string(response.status)}})
      .add();
  parts_.metrics
      .histogram("lepton_api_request_seconds", "time to answer requests to /v1", latency_bounds(),
                 {{"operation", operation}})
      .observe(seconds);
  parts_.log.debug(
      "request",
      {{"method", request.method}, {"path", request.path}, {"status", response.status}, {"seconds", seconds}});
}

}  // namespace lepton::native
