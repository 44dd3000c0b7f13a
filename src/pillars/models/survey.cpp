#include "models/survey.h"

namespace lepton::models {

std::vector<SurveyedVersion> all_versions(db::Transaction& tx) {
  std::vector<SurveyedVersion> versions;
  for (auto const& row :
       tx.query("SELECT model_id, number, digest, description, created_by_name, created_at FROM models_version"))
    versions.push_back(
        {row.id<access::AssetId>(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.timestamp(5)});
  return versions;
}

std::vector<SurveyedAlias> all_aliases(db::Transaction& tx) {
  std::vector<SurveyedAlias> aliases;
  for (auto const& row : tx.query("SELECT model_id, alias, number FROM models_alias"))
    aliases.push_back({row.id<access::AssetId>(0), row.text(1), row.integer(2)});
  return aliases;
}

std::vector<SurveyedRun> all_runs(db::Transaction& tx) {
  std::vector<SurveyedRun> runs;
  for (auto const& row :
       tx.query("SELECT id, experiment_id, name, status, created_by_name, started_at, ended_at FROM models_run"))
    runs.push_back({row.id<RunId>(0), row.id<access::AssetId>(1), row.text(2), row.text(3), row.text(4),
                    row.timestamp(5), row.maybe_timestamp(6)});
  return runs;
}

}  // namespace lepton::models
