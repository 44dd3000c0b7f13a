#include "learn/training_spec.h"

#include <fmt/format.h>

#include <set>

#include "learn/parameter_problems.h"
#include "learn/trainer.h"

namespace lepton::learn {
namespace {

/// Moves what is no field of the specification to the trainer's parameters.
json::Object with_parameters_apart(json::Object const& object) {
  std::set<std::string_view> known;
  std::apply([&](auto const&... field) { (known.insert(field.name), ...); }, TrainingSpec::fields());
  json::Object spec, parameters;
  for (auto const& member : object)
    if (!known.contains(member.key())) parameters[member.key()] = member.value();
  for (auto const& member : object)
    if (known.contains(member.key())) spec[member.key()] = member.value();
  if (parameters.empty()) return spec;
  auto& nested = spec["parameters"];
  if (nested.is_null()) nested = json::Object();
  if (auto* const given = nested.if_object())
    for (auto const& member : parameters) given->insert(member);
  return spec;
}

}  // namespace

void check_recipe(std::string const& trainer, json::Object const& parameters, std::int64_t seed, std::int64_t threads,
                  std::vector<std::string> const& inputs) {
  json::Object spec = parameters;
  Details problems;
  for (auto const* own : {"trainer", "seed", "threads", "data", "inputs"})
    if (spec.contains(own)) problems.emplace(std::string("/parameters/") + own, "is said elsewhere in the recipe");
  spec["trainer"] = trainer;
  spec["seed"] = seed;
  spec["threads"] = threads;
  json::Object tables;
  for (auto const& input : inputs) tables[input] = input;
  spec["inputs"] = std::move(tables);
  try {
    (void)parse_training_spec(spec);
  } catch (Error const& error) {
    if (error.details().empty()) throw;
    for (auto const& [pointer, problem] : error.details()) {
      bool const of_recipe = pointer == "/trainer" || pointer == "/seed" || pointer.starts_with("/parameters");
      problems.emplace(pointer == "/threads" ? "/resources/threads"
                       : of_recipe           ? pointer
                                             : "/parameters" + pointer,
                       problem);
    }
  }
  ParameterProblems(std::move(problems)).throw_if_any("parameters of the recipe are wrong");
}

TrainingSpec parse_training_spec(json::Value const& value) {
  auto spec =
      from_json<TrainingSpec>(value.is_object() ? json::Value(with_parameters_apart(value.get_object())) : value);
  auto const trainer = make_trainer(spec.trainer);
  if (!spec.split.by) spec.split.by = spec.key.empty() ? SplitBy::stratified : SplitBy::key;
  trainer->complete(spec);
  validate(spec.split);
  ParameterProblems problems;
  problems.expect(spec.threads >= 1 && spec.threads <= 256, "/threads", "must be between 1 and 256");
  problems.expect(spec.seed <= INT32_MAX, "/seed", "must be at most 2147483647");
  problems.expect(spec.least_slice >= 10, "/least_slice", "must be 10 or more");
  problems.expect(spec.split.by != SplitBy::key || !spec.key.empty(), "/split/by", "needs a key column: set 'key'");
  problems.throw_if_any("fields of the specification are wrong");
  return spec;
}

}  // namespace lepton::learn
