#include "serving/deployment.h"

#include "base/error.h"
#include "serving/grounds.h"

namespace lepton::serving {

json::Object to_json(Revision const& revision) {
  json::Object out{{"revision", revision.number},
                   {"state", enum_name(revision.state)},
                   {"model", revision.model},
                   {"model_digest", revision.model_digest},
                   {"spec", lepton::to_json(revision.spec)},
                   {"created_by", revision.created_by},
                   {"created_at", to_string(revision.created_at)},
                   {"grounds", to_json(revision.grounds)}};
  if (!revision.reason.empty()) out["reason"] = revision.reason;
  return out;
}

json::Object to_json(Deployment const& deployment) {
  json::Object out{{"address", deployment.address()},
                   {"description", deployment.asset.description},
                   {"state", enum_name(deployment.state)},
                   {"revision", deployment.current ? json::Value(*deployment.current) : json::Value(nullptr)},
                   {"changed_by", deployment.changed_by},
                   {"changed_at", to_string(deployment.changed_at)}};
  if (!deployment.reason.empty()) out["reason"] = deployment.reason;
  return out;
}

void validate(DeploymentSpec const& spec) {
  Details problems;
  auto const in_range = [&](char const* pointer, std::int32_t value, std::int32_t most) {
    if (value < 1 || value > most)
      problems[pointer] = "expected 1 to " + std::to_string(most) + ", found " + std::to_string(value);
  };
  in_range("/replicas", spec.replicas, 64);
  in_range("/max_batch_rows", spec.max_batch_rows, 100'000);
  in_range("/max_queued", spec.max_queued, 1'000'000);
  if (spec.lookup) {
    if (spec.lookup->key.empty()) problems["/lookup/key"] = "is empty; expected a column of the dataset";
    if (spec.lookup->service_account.empty())
      problems["/lookup/service_account"] = "is empty; expected risk/loan-scorer";
  }
  if (spec.facts) {
    if (spec.facts->input.empty()) problems["/facts/input"] = "is empty; expected a tensor that requests carry";
    if (spec.facts->service_account.empty()) problems["/facts/service_account"] = "is empty; expected risk/loan-scorer";
  }
  if (!problems.empty()) throw invalid(problems.begin()->first + " " + problems.begin()->second, problems);
}

}  // namespace lepton::serving
