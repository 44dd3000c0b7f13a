#include "inference/request.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/json.h"
#include "serving/tensor.h"

namespace lepton::inference {
namespace {

std::string text_at(json::Object const& object, std::string_view name, std::string const& pointer) {
  auto const* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (!value->is_string()) throw invalid(pointer + " is not a string", {{pointer, "a string"}});
  return std::string(value->get_string());
}

}  // namespace

serving::InferenceRequest read_request(http::Request const& request) {
  auto const document = json::parse(request.body);
  auto const* object = document.if_object();
  if (object == nullptr) throw invalid("the request is not a JSON object", {{"", "an object with \"inputs\""}});
  serving::InferenceRequest result;
  result.id = text_at(*object, "id", "/id");
  result.route = request.method + " " + request.path;
  auto const* inputs = object->if_contains("inputs");
  if (inputs == nullptr || !inputs->is_array() || inputs->get_array().empty())
    throw invalid("the request has no inputs", {{"/inputs", "an array of tensors"}});
  for (auto const& input : inputs->get_array())
    result.inputs.push_back(serving::read_tensor(input, json::pointer_to("/inputs", result.inputs.size())));
  auto const* outputs = object->if_contains("outputs");
  if (outputs == nullptr || outputs->is_null()) return result;
  if (!outputs->is_array()) throw invalid("/outputs is not an array", {{"/outputs", "an array of {\"name\": …}"}});
  for (auto const& output : outputs->get_array()) {
    auto const pointer = json::pointer_to("/outputs", result.outputs.size());
    auto const* wanted = output.if_object();
    auto name = wanted == nullptr ? std::string() : text_at(*wanted, "name", pointer + "/name");
    if (name.empty()) throw invalid(pointer + " has no name", {{pointer, "an object with the name of an output"}});
    result.outputs.push_back(std::move(name));
  }
  return result;
}

http::Response write_answer(serving::InferenceAnswer const& answer) {
  http::Response response;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Lepton-Decision-Id", answer.decision.str());
  response.headers.add("Lepton-Model-Version", answer.model);
  auto& body = response.body;
  body.reserve(answer.tensors_json.size() + 160);
  fmt::format_to(std::back_inserter(body), R"({{"model_name":{},"model_version":"{}",)",
                 json::write(json::Value(answer.deployment)), answer.revision);
  if (!answer.id.empty()) body.append("\"id\":").append(json::write(json::Value(answer.id))).append(",");
  body.append("\"outputs\":").append(answer.tensors_json).append("}");
  return response;
}

}  // namespace lepton::inference
