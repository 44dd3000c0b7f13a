#include "serving/survey.h"

#include "serving/deployment.h"

namespace lepton::serving {

std::vector<SurveyedDeployment> all_deployments(db::Transaction& tx) {
  std::vector<SurveyedDeployment> deployments;
  for (auto const& row : tx.query("SELECT asset_id, state, current_revision FROM serving_deployments")) {
    auto const current = row.maybe_integer(2);
    bool const serves = row.text(1) == enum_name(DeploymentState::serving) && current;
    deployments.push_back({row.id<access::AssetId>(0), row.text(1), serves, current});
  }
  return deployments;
}

std::vector<SurveyedRevision> all_revisions(db::Transaction& tx) {
  std::vector<SurveyedRevision> revisions;
  for (auto const& row :
       tx.query("SELECT asset_id, revision, state, model, created_by, created_at FROM serving_revisions"))
    revisions.push_back(
        {row.id<access::AssetId>(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.timestamp(5)});
  return revisions;
}

}  // namespace lepton::serving
