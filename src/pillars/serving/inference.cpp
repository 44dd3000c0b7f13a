#include "serving/inference.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/digest.h"
#include "base/error.h"
#include "serving/features.h"

namespace lepton::serving {
namespace {

Tensor const& key_tensor(std::vector<Tensor> const& inputs, std::string const& name, std::string const& where) {
  auto const tensor = std::ranges::find(inputs, name, &Tensor::name);
  if (tensor == inputs.end())
    throw invalid(fmt::format("/inputs lacks \"{}\", the key to look up in {}", name, where),
                  {{"/inputs", fmt::format("expected a tensor \"{}\"", name)}});
  return *tensor;
}

/// The key tensor of a lookup as text, one per row.
std::vector<std::string> keys_of(std::vector<Tensor> const& inputs, LookupSpec const& lookup) {
  auto const& tensor = key_tensor(inputs, lookup.input_name(), lookup.dataset);
  if (auto const* texts = tensor.texts()) return *texts;
  std::vector<std::string> keys;
  for (double const number : *tensor.numbers()) keys.push_back(fmt::format("{}", number));
  return keys;
}

/// The same as values: whole numbers stay whole.
json::Array fact_keys(std::vector<Tensor> const& inputs, FactsSpec const& facts) {
  auto const& tensor = key_tensor(inputs, facts.input, facts.graph);
  json::Array keys;
  if (auto const* texts = tensor.texts()) return json::Array(texts->begin(), texts->end());
  bool const whole = tensor.datatype.find("INT") != std::string::npos;
  for (double const number : *tensor.numbers())
    keys.push_back(whole ? json::Value(static_cast<std::int64_t>(number)) : json::Value(number));
  return keys;
}

/// Inputs of the model that the request leaves to the lookup.
std::vector<std::string> columns_to_find(runtime::Signature const& signature, std::vector<Tensor> const& inputs) {
  std::vector<std::string> out;
  for (auto const& column : signature.inputs) {
    auto const given = [&](Tensor const& tensor) { return tensor.name == column.name; };
    if (std::none_of(inputs.begin(), inputs.end(), given)) out.push_back(column.name);
  }
  return out;
}

Error another_kind(std::string const& column, std::string_view found, std::string_view needed) {
  return conflict(fmt::format("what was looked up holds {} in \"{}\" where the model needs {}", found, column, needed))
      .with_reason("lookup_failed");
}

/// Appends what was found for a row, as the model reads it.
void append(FoundColumns& found, runtime::Signature const& signature, std::string const& column,
            json::Value const* value) {
  auto const input = signature.find_input(column);
  bool const text = input && signature.inputs[*input].datatype == runtime::DataType::bytes;
  auto& values =
      found.try_emplace(column, text ? FoundColumn(std::vector<std::string>()) : FoundColumn()).first->second;
  bool const missing = value == nullptr || value->is_null();
  if (text) {
    if (missing || !value->is_string()) throw another_kind(column, missing ? "nothing" : "no text", "text");
    return std::get<1>(values).emplace_back(value->get_string()), void();
  }
  if (!missing && !value->is_bool() && !value->is_number()) throw another_kind(column, "text", "a number");
  std::get<0>(values).push_back(missing            ? std::numeric_limits<double>::quiet_NaN()
                                : value->is_bool() ? (value->get_bool() ? 1 : 0)
                                                   : value->to_number<double>());
}

/// Tensors that are no inputs of the model.
std::set<std::string> key_names(DeploymentSpec const& spec) {
  std::set<std::string> names;
  if (spec.lookup) names.insert(spec.lookup->input_name());
  if (spec.facts) names.insert(spec.facts->input);
  return names;
}

json::Value inputs_by_digest(std::string const& text) {
  return json::Object{{"sha256", sha256(text).hex()}};
}

Error not_loaded(Served const& served) {
  return unavailable(fmt::format("{} cannot answer now: {}", served.asset.address().str(), served.reason))
      .with_reason("not_ready")
      .with_retry_after(std::chrono::seconds(1));
}

}  // namespace

/// One request on its way, shared by the stages that it passes one after the other.
struct Inference::Flight {
  Call call;
  InferenceRequest request;
  Done done;
  std::shared_ptr<Served const> served;
  std::shared_ptr<LoadedRevision const> loaded;
  NewDecision decision;
  std::chrono::steady_clock::time_point begun;

  void fail(Error const& error) {
    if (served) served->metrics->failed.add();
    done(Unexpected(error));
  }
  /// Runs a stage; whatever it throws ends the flight.
  template <class Stage>
  void guard(Stage&& stage) {
    try {
      stage();
    } catch (Error const& error) {
      fail(error);
    } catch (std::exception const&) {
      fail(internal("the request could not be answered"));
    }
  }
};

void Inference::infer(Call call, std::string const& deployment, InferenceRequest request, Done done) const {
  auto const flight = std::make_shared<Flight>();
  flight->call = std::move(call);
  flight->request = std::move(request);
  flight->done = std::move(done);
  flight->begun = flight->call.clock->steady();
  flight->guard([&] {
    flight->served = parts_.fleet.find(flight->call, deployment);
    auto const& served = *flight->served;
    auto const decided = parts_.authority.decide(flight->call, access::Action::serve, served.asset);
    if (!decided.allowed) {
      refuse(flight->call, served, decided);
      throw denied(decided.refusal).with_access_request(served.asset.address().str());
    }
    if (!served.loaded) throw not_loaded(served);
    flight->loaded = served.loaded;
    auto& facts = flight->decision.facts;
    facts.at = flight->call.now();
    facts.grounds = decided.grounds;
    if (auto const& spec = flight->loaded->revision.spec; spec.lookup || spec.facts) {
      require_sources(spec);
      if (!parts_.lookups->try_post([this, flight] { flight->guard([&] { look_up(flight); }); }))
        throw unavailable("too many lookups wait: try again later")
            .with_reason("overloaded")
            .with_retry_after(std::chrono::seconds(1));
    } else {
      predict(flight, {});
    }
  });
}

void Inference::require_sources(DeploymentSpec const& spec) const {
  bool const works = parts_.service_calls != nullptr && parts_.lookups != nullptr;
  if (spec.lookup && (!works || parts_.records == nullptr)) throw unavailable("this server looks up no records");
  if (spec.facts && (!works || parts_.facts == nullptr)) throw unavailable("this server looks up no facts");
}

void Inference::look_up(FlightPtr const& flight) const {
  flight->call.proceed();
  auto const& spec = flight->loaded->revision.spec;
  auto columns = columns_to_find(flight->loaded->predictor->signature(), flight->request.inputs);
  FoundColumns found;
  if (spec.facts) look_up_facts(flight, columns, found);
  if (spec.lookup) look_up_records(flight, columns, found);
  predict(flight, found);
}

/// Takes what it finds out of `columns`.
void Inference::look_up_facts(FlightPtr const& flight, std::vector<std::string>& columns, FoundColumns& found) const {
  auto const& facts = *flight->loaded->revision.spec.facts;
  std::vector<std::string> wanted;
  for (auto const& column : facts.columns)
    if (std::erase(columns, column) > 0) wanted.push_back(column);
  if (wanted.empty()) return;
  auto const keys = fact_keys(flight->request.inputs, facts);
  Call const service = parts_.service_calls->as(flight->call, facts.service_account, facts.purpose);
  auto const answer = parts_.facts->find(service, facts, keys);
  bool const keeps = flight->loaded->keep_input_values;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    auto const& values = answer.values.at(row);
    json::Object const known = values.value_or(json::Object());
    for (auto const& column : wanted)
      append(found, flight->loaded->predictor->signature(), column, known.if_contains(column));
    auto const key = keys[row].is_string() ? std::string(keys[row].get_string()) : json::write(keys[row]);
    flight->decision.facts.lookups.push_back({.dataset = {},
                                              .key = key,
                                              .columns = wanted,
                                              .found = values.has_value(),
                                              .digest = sha256(json::write_canonical(known)).hex(),
                                              .grounds = answer.grounds,
                                              .facts = FactReference{facts.graph, answer.commit, answer.sources,
                                                                     keeps ? std::optional(known) : std::nullopt}});
  }
}

void Inference::look_up_records(FlightPtr const& flight, std::vector<std::string> const& columns,
                                FoundColumns& found) const {
  auto const& lookup = *flight->loaded->revision.spec.lookup;
  auto const keys = keys_of(flight->request.inputs, lookup);
  Call const service = parts_.service_calls->as(flight->call, lookup.service_account, lookup.purpose);
  auto const records = parts_.records->find(service, access::parse_address(lookup.dataset), lookup.key, columns, keys);
  auto& lookups = flight->decision.facts.lookups;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    auto const& record = records.at(row);
    if (!record)
      throw not_found(fmt::format("{} has no record \"{}\" that the deployment may read", lookup.dataset, keys[row]))
          .with_reason("lookup_failed");
    for (auto const& column : columns) {
      auto const* value = record->values.if_contains(column);
      if (value == nullptr)
        throw conflict(
            fmt::format("{} has no column \"{}\", which the request does not give either", lookup.dataset, column))
            .with_reason("lookup_failed");
      append(found, flight->loaded->predictor->signature(), column, value);
    }
    lookups.push_back({lookup.dataset, keys[row], columns, true, sha256(json::write_canonical(record->values)).hex(),
                       record->grounds});
  }
}

void Inference::predict(FlightPtr const& flight, FoundColumns const& found) const {
  // A swap may close the batcher between the look at the fleet and the submission: then the successor takes it.
  while (true) {
    auto const& loaded = *flight->loaded;
    auto const& signature = loaded.predictor->signature();
    auto const& spec = loaded.revision.spec;
    check_outputs(signature, flight->request.outputs);
    Batcher::Work work;
    work.rows = to_rows(signature, flight->request.inputs, found, key_names(spec));
    flight->decision.facts.rows = static_cast<std::int64_t>(work.rows.rows());
    work.explain = flight->request.explain;
    work.deadline = flight->call.deadline;
    work.stop = flight->call.stop;
    work.done = [this, flight](Expected<runtime::Prediction> const& prediction) {
      if (!prediction) return flight->fail(prediction.error());
      flight->guard([&] { record(flight, *prediction); });
    };
    if (loaded.batcher->submit(work)) return;
    auto const served = parts_.fleet.find(flight->served->asset.id);
    if (!served) throw not_found("the deployment has been taken down");
    if (!served->loaded) throw not_loaded(*served);
    auto const& next = served->loaded->revision.spec;
    if (next.lookup.has_value() != spec.lookup.has_value() || next.facts.has_value() != spec.facts.has_value())
      throw unavailable("the deployment has just changed how it reads: try again")
          .with_retry_after(std::chrono::milliseconds(100));
    flight->served = served;
    flight->loaded = served->loaded;
  }
}

void Inference::record(FlightPtr const& flight, runtime::Prediction const& prediction) const {
  auto const& loaded = *flight->loaded;
  auto const& call = flight->call;
  auto answer = std::make_shared<InferenceAnswer>();
  answer->id = flight->request.id;
  answer->deployment = flight->served->asset.address().str();
  answer->revision = loaded.revision.number;
  answer->model = loaded.revision.model;
  answer->tensors = to_tensors(loaded.predictor->signature(), prediction, flight->request.outputs);
  answer->tensors_json = write_json(answer->tensors);

  auto& decision = flight->decision;
  auto& facts = decision.facts;
  facts.deployment_id = flight->served->asset.id;
  facts.deployment = answer->deployment;
  facts.revision = answer->revision;
  facts.model = answer->model;
  facts.principal = call.principal.name;
  facts.principal_id = call.principal.id;
  facts.credential = call.principal.credential_name;
  facts.purpose = call.purpose;
  facts.request_id = call.request_id.str();
  facts.trace_id = call.trace.trace_id;
  facts.route = flight->request.route;
  facts.latency = std::chrono::duration_cast<Duration>(call.clock->steady() - flight->begun);
  decision.inputs = write_json(flight->request.inputs);
  if (!loaded.keep_input_values) decision.inputs = json::write(inputs_by_digest(decision.inputs));
  decision.outputs = answer->tensors_json;

  parts_.decisions.append(std::move(decision), [flight, answer](std::exception_ptr error, DecisionId const& id) {
    flight->guard([&] {
      if (error) std::rethrow_exception(error);
      answer->decision = id;
      std::chrono::duration<double> const took = flight->call.clock->steady() - flight->begun;
      flight->served->metrics->answered.add();
      flight->served->metrics->latency.observe(took.count());
      flight->done(std::move(*answer));
    });
  });
}

void Inference::refuse(Call const& call, Served const& served, access::Decision const& decision) const {
  access::AuditEvent event;
  event.action = "deployment.infer";
  event.subject = served.asset.address().str();
  event.allowed = false;
  event.grounds = decision.grounds;
  event.details = {{"refusal", decision.refusal}};
  try {
    parts_.database.enqueue_write(
        [&audit = parts_.audit, call, event](db::Transaction& tx) { audit.append(tx, call, event); },
        [](std::exception_ptr) {});
  } catch (Error const&) {
    // The call is refused either way; the queue of writes is full.
  }
}

}  // namespace lepton::serving
