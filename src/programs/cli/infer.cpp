#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

json::Value text_tensor(std::string const& name, std::string const& value) {
  return json::Object{{"name", name}, {"datatype", "BYTES"}, {"shape", json::Array{1}}, {"data", json::Array{value}}};
}

/// "income=1200" or "customer_id=c17": one row; a number where it reads as one.
json::Value tensor_of(std::string const& text) {
  auto const [name, value] = key_value(text, "--input");
  char* end = nullptr;
  double const number = std::strtod(value.c_str(), &end);
  bool const is_number = !value.empty() && *end == '\0';
  if (!is_number) return text_tensor(name, value);
  return json::Object{{"name", name}, {"datatype", "FP64"}, {"shape", json::Array{1}}, {"data", json::Array{number}}};
}

json::Object request_of(Invocation const& in) {
  if (auto const file = in.find("file")) {
    auto const document = json::parse(read_file(*file));
    if (!document.is_object()) throw invalid(*file + " must hold a request of the Open Inference Protocol");
    return document.get_object();
  }
  json::Array inputs;
  for (auto const& input : in.all("input")) inputs.push_back(tensor_of(input));
  for (auto const& input : in.all("text")) {
    auto const [name, value] = key_value(input, "--text");
    inputs.push_back(text_tensor(name, value));
  }
  if (inputs.empty())
    throw invalid("say what to ask: --input NAME=VALUE …, --text NAME=TEXT …, or --file request.json");
  json::Object request{{"inputs", std::move(inputs)}};
  if (in.has("explain")) request["parameters"] = json::Object{{"explain", true}};
  return request;
}

ExitCode infer(Invocation& in) {
  auto const answer = in.client().post(Target("/v2/models/{}/infer", {in.get("address")}), request_of(in));
  auto const decision = in.client().decision();
  if (in.out().format() != Format::table && in.out().format() != Format::csv) {
    auto whole = answer.as_object();
    whole["decision"] = decision;
    in.out().item(whole);
    return ExitCode::ok;
  }
  json::Array rows;
  for (auto const& tensor : answer.at("outputs").as_array())
    rows.push_back(json::Object{{"name", tensor.at("name")}, {"values", tensor.at("data")}});
  in.out().list(rows, {{"OUTPUT", "name"}, {"VALUE", "values"}});
  in.out().text("decision " + decision);
  in.out().note("where it comes from: lepton why " + decision);
  return ExitCode::ok;
}

}  // namespace

void add_infer(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "",
       .verb = "infer",
       .summary = "Call a deployed model",
       .arguments = {positional("address", "department/name of the deployment, or its name where only one has it",
                                "deployment"),
                     repeated(option("--input", "NAME=VALUE", "an input of the model, or the key to look up")),
                     repeated(option("--text", "NAME=TEXT", "an input that is text, even where it reads as a number")),
                     flag("--explain", "also say what decided"),
                     option("--file", "FILE", "a whole request of the Open Inference Protocol")},
       .examples = {"lepton infer risk/loan-score --input age=35 --input credit_limit=20000",
                    "lepton infer support/topic --text text='my card is blocked' --explain"},
       .run = infer});
}

}  // namespace lepton::cli
