#include "inference/protocol.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "http/call.h"
#include "inference/error.h"
#include "inference/request.h"

namespace lepton::inference {
namespace {

constexpr std::uint64_t largest_request = 16 << 20;

http::Response json_response(json::Value const& value, int status = 200) {
  return {status, {{"Content-Type", "application/json"}}, json::write(value), {}};
}

Error log_in() {
  return unauthenticated("send a key: 'Authorization: Bearer <key>'");
}

// "risk/loan-score" comes as one escaped segment or as two.
std::string deployment_of(http::Request const& request) {
  auto const& model = request.parameter("model");
  for (auto const& [name, value] : request.parameters)
    if (name == "department") return value + "/" + model;
  return model;
}

std::string version_of(http::Request const& request) {
  for (auto const& [name, value] : request.parameters)
    if (name == "version") return value;
  return "";
}

}  // namespace

/// One request on its way; whoever holds it last has answered it.
struct Protocol::Flight {
  http::Request request;
  std::shared_ptr<http::Responder> responder;
  Call call;
  std::optional<gateway::Ticket> ticket;
  BinaryOutputs binary;

  void respond(http::Response response) const {
    response.headers.add("X-Request-Id", call.request_id.str());
    responder->respond(std::move(response));
  }
};

template <class Stage>
void Protocol::guard(FlightPtr const& flight, Stage const& stage) const {
  try {
    stage();
  } catch (Error const& error) {
    flight->respond(error_response(error));
  } catch (std::exception const&) {
    flight->respond(error_response(internal("the request could not be answered")));
  }
}

Call Protocol::call_of(http::Request const& request) const {
  return http::call_of(request, "inference", parts_.clock, parts_.timeout);
}

void Protocol::infer(http::Request request, std::shared_ptr<http::Responder> responder) const {
  auto const flight = std::make_shared<Flight>();
  flight->request = std::move(request);
  flight->responder = std::move(responder);
  guard(flight, [&] {
    flight->call = call_of(flight->request);
    auto const authorization = flight->request.headers.find("Authorization");
    if (!authorization) throw log_in();
    if (auto const coding = flight->request.headers.find("Content-Encoding"); coding && *coding != "identity")
      throw invalid(fmt::format("the body is sent without Content-Encoding: {} is not read", *coding));
    if (auto principal = parts_.credentials.find_cached(*authorization)) {
      flight->call.principal = std::move(*principal);
      return run(flight);
    }
    bool const posted = parts_.pool.try_post([this, flight] {
      guard(flight, [&] {
        flight->call.principal = parts_.credentials.authenticate(*flight->request.headers.find("Authorization"));
        run(flight);
      });
    });
    if (!posted) throw unavailable("the server is busy: try again soon").with_retry_after(std::chrono::seconds(1));
  });
}

void Protocol::run(FlightPtr const& flight) const {
  auto const deployment = deployment_of(flight->request);
  if (!version_of(flight->request).empty()) (void)find(flight->call, flight->request);
  flight->ticket.emplace(parts_.gates.admit(flight->call));
  auto read = read_request(flight->request);
  flight->binary = std::move(read.binary);
  parts_.inference.infer(flight->call, deployment, std::move(read.request),
                         [this, flight](Expected<serving::InferenceAnswer> const& answer) {
                           guard(flight, [&] {
                             if (!answer) throw answer.error();
                             flight->ticket->settle();
                             flight->respond(write_answer(*answer, flight->binary));
                           });
                         });
}

std::shared_ptr<serving::Served const> Protocol::find(Call const& call, http::Request const& request) const {
  auto served = parts_.fleet.find(call, deployment_of(request));
  auto const version = version_of(request);
  if (!version.empty() && (!served->loaded || std::to_string(served->loaded->revision.number) != version))
    throw not_found(fmt::format("{} does not serve version {}", served->asset.address().str(), version));
  return served;
}

http::Response Protocol::model_metadata(Call const& call, http::Request const& request) const {
  auto const served = find(call, request);
  if (!served->loaded) throw unavailable(served->reason).with_reason("not_ready");
  auto const& loaded = *served->loaded;
  json::Array inputs;
  for (auto const& tensor : loaded.predictor->signature().input_metadata()) inputs.push_back(to_json(tensor));
  json::Array outputs;
  for (auto const& tensor : loaded.predictor->signature().output_metadata()) outputs.push_back(to_json(tensor));
  json::Object properties{{"model", loaded.revision.model}};
  if (auto const& lookup = loaded.revision.spec.lookup) {  // a tensor of that name stands for the other inputs
    properties["lookup"] = lookup->dataset;
    properties["lookup_key"] = lookup->input_name();
  }
  if (auto const& facts = loaded.revision.spec.facts) {
    properties["facts"] = facts->graph;
    properties["facts_key"] = facts->input;
  }
  return json_response(json::Object{{"name", served->asset.address().str()},
                                    {"versions", json::Array{json::Value(std::to_string(loaded.revision.number))}},
                                    {"platform", loaded.predictor->platform()},
                                    {"inputs", std::move(inputs)},
                                    {"outputs", std::move(outputs)},
                                    {"properties", std::move(properties)}});
}

http::Response Protocol::model_ready(Call const& call, http::Request const& request) const {
  auto const served = find(call, request);
  auto const name = served->asset.address().str();
  if (served->loaded) return json_response(json::Object{{"name", name}, {"ready", true}});
  return json_response(json::Object{{"name", name}, {"ready", false}, {"error", served->reason}}, 503);
}

http::Response Protocol::answer(http::Request const& request,
                                http::Response (Protocol::*handler)(Call const&, http::Request const&) const) const {
  try {
    auto call = call_of(request);
    auto const authorization = request.headers.find("Authorization");
    if (!authorization) throw log_in();
    call.principal = parts_.credentials.authenticate(*authorization);
    return (this->*handler)(call, request);
  } catch (Error const& error) {
    return error_response(error);
  }
}

void Protocol::mount(http::Router& router) const {
  auto const fixed = [&](std::string const& path, json::Value const& body) {
    router.add("GET", path, [response = json_response(body)](http::Request&) { return response; });
  };
  fixed("/v2", json::Object{
                   {"name", "lepton"}, {"version", parts_.version}, {"extensions", json::Array{"binary_tensor_data"}}});
  // The protocol's text documents readiness with the key of liveness: clients find either.
  fixed("/v2/health/live", json::Object{{"live", true}});
  fixed("/v2/health/ready", json::Object{{"ready", true}, {"live", true}});
  for (std::string const name : {"{model}", "{department}/{model}"}) {
    for (std::string const version : {"", "/versions/{version}"}) {
      auto const path = "/v2/models/" + name + version;
      router.add("GET", path, [this](http::Request& request) { return answer(request, &Protocol::model_metadata); });
      router.add("GET", path + "/ready",
                 [this](http::Request& request) { return answer(request, &Protocol::model_ready); });
      router.add_async("POST", path + "/infer",
                       [this](http::Request request, std::shared_ptr<http::Responder> responder) {
                         infer(std::move(request), std::move(responder));
                       },
                       {.max_body_bytes = largest_request});
    }
  }
}

}  // namespace lepton::inference
