#include "inference/request.h"

#include <fmt/format.h>

#include <charconv>

#include "base/error.h"
#include "base/json.h"
#include "inference/binary_tensor.h"
#include "serving/tensor.h"

namespace lepton::inference {
namespace {

std::string text_at(json::Object const& object, std::string_view name, std::string const& pointer) {
  auto const* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (!value->is_string()) throw invalid(pointer + " is not a string", {{pointer, "a string"}});
  return std::string(value->get_string());
}

bool flag_at(json::Object const& object, std::string_view name, bool otherwise) {
  auto const* parameters = object.if_contains("parameters");
  auto const* named = parameters == nullptr ? nullptr : parameters->if_object();
  auto const* flag = named == nullptr ? nullptr : named->if_contains(name);
  return flag != nullptr && flag->is_bool() ? flag->get_bool() : otherwise;
}

/// The JSON and what follows it (extension_binary_data.md): the header says where the one ends.
std::pair<std::string_view, std::string_view> split_body(http::Request const& request) {
  std::string_view const body = request.body;
  auto const header = request.headers.find("Inference-Header-Content-Length");
  if (!header) return {body, {}};
  std::size_t length = 0;
  auto const [end, error] = std::from_chars(header->data(), header->data() + header->size(), length);
  if (error != std::errc() || end != header->data() + header->size() || length == 0 || length > body.size())
    throw invalid("Inference-Header-Content-Length must be the bytes of JSON that the body begins with");
  return {body.substr(0, length), body.substr(length)};
}

void read_inputs(json::Object const& document, std::string_view bytes, serving::InferenceRequest& result) {
  auto const* inputs = document.if_contains("inputs");
  if (inputs == nullptr || !inputs->is_array() || inputs->get_array().empty())
    throw invalid("the request has no inputs", {{"/inputs", "an array of tensors"}});
  for (auto const& input : inputs->get_array()) {
    auto const pointer = json::pointer_to("/inputs", result.inputs.size());
    auto const size = binary_size(input, pointer);
    result.inputs.push_back(size ? read_binary_tensor(input, pointer, *size, bytes)
                                 : serving::read_tensor(input, pointer));
  }
  if (!bytes.empty())
    throw invalid(fmt::format("{} bytes follow the last tensor", bytes.size()), {{"/inputs", "all binary data"}});
}

void read_outputs(json::Object const& document, ReadRequest& result) {
  result.binary.all = flag_at(document, "binary_data_output", false);
  auto const* outputs = document.if_contains("outputs");
  if (outputs == nullptr || outputs->is_null()) return;
  if (!outputs->is_array()) throw invalid("/outputs is not an array", {{"/outputs", "an array of {\"name\": …}"}});
  auto& names = result.request.outputs;
  for (auto const& output : outputs->get_array()) {
    auto const pointer = json::pointer_to("/outputs", names.size());
    auto const* wanted = output.if_object();
    auto name = wanted == nullptr ? std::string() : text_at(*wanted, "name", pointer + "/name");
    if (name.empty()) throw invalid(pointer + " has no name", {{pointer, "an object with the name of an output"}});
    bool const binary = flag_at(*wanted, "binary_data", result.binary.all);
    (binary ? result.binary.on : result.binary.off).insert(name);
    names.push_back(std::move(name));
  }
}

void append_described(std::string& out, serving::Tensor const& tensor, std::size_t size) {
  fmt::format_to(std::back_inserter(out),
                 R"({{"name":{},"datatype":"{}","shape":[{}],"parameters":{{"binary_data_size":{}}}}})",
                 json::write(json::Value(tensor.name)), tensor.datatype, fmt::join(tensor.shape, ","), size);
}

}  // namespace

ReadRequest read_request(http::Request const& request) {
  auto const [text, bytes] = split_body(request);
  auto const document = json::parse(text);
  auto const* object = document.if_object();
  if (object == nullptr) throw invalid("the request is not a JSON object", {{"", "an object with \"inputs\""}});
  ReadRequest result;
  result.request.id = text_at(*object, "id", "/id");
  result.request.explain = flag_at(*object, "explain", false);
  result.request.route = request.method + " " + request.path;
  read_inputs(*object, bytes, result.request);
  read_outputs(*object, result);
  return result;
}

http::Response write_answer(serving::InferenceAnswer const& answer, BinaryOutputs const& binary) {
  http::Response response;
  response.headers.add("Lepton-Decision-Id", answer.decision.str());
  response.headers.add("Lepton-Model-Version", answer.model);
  auto& body = response.body;
  body.reserve(answer.tensors_json.size() + 160);
  fmt::format_to(std::back_inserter(body), R"({{"model_name":{},"model_version":"{}",)",
                 json::write(json::Value(answer.deployment)), answer.revision);
  if (!answer.id.empty()) body.append("\"id\":").append(json::write(json::Value(answer.id))).append(",");
  if (!binary.any()) {
    response.headers.add("Content-Type", "application/json");
    body.append("\"outputs\":").append(answer.tensors_json).append("}");
    return response;
  }
  std::string elements;
  body += "\"outputs\":[";
  for (auto const& tensor : answer.tensors) {
    if (!body.ends_with('[')) body += ',';
    if (!binary.wanted(tensor.name)) {
      serving::append_json(body, tensor);
      continue;
    }
    auto const before = elements.size();
    append_elements(elements, tensor);
    append_described(body, tensor, elements.size() - before);
  }
  body += "]}";
  response.headers.add("Content-Type", "application/octet-stream");
  response.headers.add("Inference-Header-Content-Length", std::to_string(body.size()));
  body += elements;
  return response;
}

}  // namespace lepton::inference
